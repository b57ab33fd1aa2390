#!/usr/bin/env bash
# submit.sh: not there yet
