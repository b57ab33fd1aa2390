
# `flowc FILE` and `flowc COMMAND` stand at the same place.
_flowc_commands() {
    local -a commands=(
COMMANDS
    )
    _alternative 'commands:command:{ _describe command commands }' 'programs:program:_files -g "*.flow(-.)"'
}
