# shellcheck shell=bash
status() { :; }
show_log() { :; }
tell_failures() { cat "$1"; }
