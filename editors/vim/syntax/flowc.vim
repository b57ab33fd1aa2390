" Programs of flowc.

if exists("b:current_syntax")
  finish
endif

syn include @flowcShell syntax/sh.vim
unlet! b:current_syntax
syn include @flowcPython syntax/python.vim
unlet! b:current_syntax

syn keyword flowcItem import param record container process workflow
syn keyword flowcControl after as else for if in publish repeat until where
syn keyword flowcConstant false it true
syn keyword flowcType Bool Dir File Float Int String

" Words of a clause are names anywhere else.
syn keyword flowcClause contained account again associative at bind checkpoint conda constraint container cost
syn keyword flowcClause contained cpus env gpus memory merge module never nodes on pack partition retry script
syn keyword flowcClause contained service slurm split stdin success tasks time tmp todo uses was
syn match flowcBegin /^\s\+/ nextgroup=flowcClause
syn match flowcBegin /{\s*/ nextgroup=flowcClause
syn keyword flowcModifier by concat expect failure fuse ignore items key lines most once step stdout stop
syn keyword flowcModifier temp to up with

" A function is one before its parenthesis.
syn keyword flowcFunction contained batch csv exists ext glob hash join json len lines match max min name other pad
syn keyword flowcFunction contained parent range rem replace size split stem sum unique zip
syn match flowcCall /\<\h\w*\ze\s*[(<]/ contains=flowcFunction

syn match flowcNumber /\<\d\+\(\.\d\+\)\?\([eE][+-]\d\+\)\?\>/
syn match flowcNumber /\<\d\+\(\.\d\+\)\?\(KB\|MB\|GB\|TB\|%\)/
syn match flowcNumber /\<\(\d\+\(\.\d\+\)\?[smhd]\)\+\>/

syn match flowcComment /\/\/.*/ contains=@Spell
syn match flowcDoc /\/\/\/.*/ contains=@Spell

syn region flowcString start=/"/ skip=/\\./ end=/"/ oneline contains=flowcEscape,flowcHole
syn match flowcEscape /\\.\|{{\|}}/ contained
syn region flowcHole matchgroup=flowcBrace start=/{/ end=/}/ contained oneline contains=flowcString,flowcCall,flowcNumber

syn match flowcInterpreter /\(script\s\+\)\@<=\h\w*\ze\s\+"""/
syn region flowcScript matchgroup=flowcQuotes start=/\z("\{3,}\)/ end=/\z1"\@!/ keepend contains=@flowcShell
syn region flowcScript matchgroup=flowcQuotes start=/\(script\s\+python[0-9.]*\s\+\)\@<=\z("\{3,}\)/ end=/\z1"\@!/ keepend contains=@flowcPython

syn sync fromstart

hi def link flowcItem Keyword
hi def link flowcClause Statement
hi def link flowcControl Conditional
hi def link flowcModifier Special
hi def link flowcConstant Boolean
hi def link flowcType Type
hi def link flowcFunction Function
hi def link flowcCall Identifier
hi def link flowcNumber Number
hi def link flowcComment Comment
hi def link flowcDoc SpecialComment
hi def link flowcString String
hi def link flowcEscape SpecialChar
hi def link flowcBrace Delimiter
hi def link flowcQuotes Delimiter
hi def link flowcInterpreter Type

let b:current_syntax = "flowc"
