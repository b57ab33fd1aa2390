cat("x")
