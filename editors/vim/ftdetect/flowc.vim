autocmd BufNewFile,BufRead *.flow setfiletype flowc
