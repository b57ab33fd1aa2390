-- The language server, as Neovim 0.11 and later finds it: `vim.lsp.enable("flowc")`.
return {
  cmd = { "flowc", "lsp" },
  filetypes = { "flowc" },
  root_markers = { ".git" },
}
