#!/usr/bin/env bash
# lib/submit.sh: not there yet
