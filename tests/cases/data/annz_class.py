print("class")
