#!/usr/bin/env bash
# lib/flow.sh: not there yet
