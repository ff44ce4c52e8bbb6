#!/bin/bash
# Makes base images on the spot, for machines that cannot pull public ones: Debian by debootstrap, and from it what
# builds and runs the service, PostgreSQL with pgvector and Valkey. Needs root, debootstrap, a Docker engine and the Go
# toolchain of this machine. What exists is kept; FORCE=1 makes all anew.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
suite=${DEBIAN_SUITE:-trixie}

missing() { [ "${FORCE:-}" = 1 ] || ! docker image inspect "$1" >/dev/null 2>&1; }

if missing "local/debian:$suite"; then
    root=$(mktemp -d)
    trap 'rm -rf "$root"' EXIT
    debootstrap --variant=minbase "$suite" "$root" >/dev/null
    tar -C "$root" --create . | docker import - "local/debian:$suite" >/dev/null
    echo "made local/debian:$suite"
fi

build() { # name folder [arguments]
    local name=$1 folder=$2
    shift 2
    if missing "$name"; then
        docker build --quiet --network host --build-arg "DEBIAN=local/debian:$suite" --tag "$name" "$@" "$folder" >/dev/null
        echo "made $name"
    fi
}

build "local/cc-debian:$suite" "$here/base"
build "local/postgres:$suite" "$here/postgres"
build "local/valkey:$suite" "$here/valkey"
if missing "local/golang:$suite"; then
    toolchain=$(mktemp -d)
    trap 'rm -rf "${root:-}" "$toolchain"' EXIT
    cp -r "$(go env GOROOT)" "$toolchain/go"
    cp /etc/ssl/certs/ca-certificates.crt "$here/golang/Dockerfile" "$toolchain/"
    build "local/golang:$suite" "$toolchain"
fi
