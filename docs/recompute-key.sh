#!/usr/bin/env bash
# Recomputes, with openssl and no code of this project, the three numbers a draw rests on: the commitment C, the seed K, and the
# key of one lot. Usage: bash docs/recompute-key.sh MANIFEST ENTROPY LOT
set -euo pipefail
manifest=$1 entropy=$2 lot=$3

# Turns hex digits into bytes.
bytes() { printf '%b' "$(sed 's/../\\x&/g' <<<"$1")"; }
salt=$(sed 's/.*"salt":"\([0-9a-f]*\)".*/\1/' "$manifest")

# C = SHA-256( "inskrivning-draw/1 commit\n" || manifest )
c=$({ printf 'inskrivning-draw/1 commit\n'; cat "$manifest"; } | openssl dgst -sha256 -r | cut -d ' ' -f 1)
echo "commitment $c"

# K = HMAC-SHA256( entropy, "inskrivning-draw/1 seed\n" || C || salt )
k=$({ printf 'inskrivning-draw/1 seed\n'; bytes "$c"; bytes "$salt"; } |
    openssl dgst -sha256 -r -mac HMAC -macopt "key:$entropy" | cut -d ' ' -f 1)
echo "seed $k"

# The key: 32 zeros encrypted with ChaCha20 under K are the first 32 bytes of its block. openssl's -iv is the counter (four zero
# bytes), then four zero bytes, then the lot's number as eight bytes, lowest first.
little=$(printf %016x "$lot" | sed 's/\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)/\8\7\6\5\4\3\2\1/')
key=$(head -c 32 /dev/zero | openssl enc -chacha20 -K "$k" -iv "0000000000000000$little" | od -An -v -tx1 | tr -d ' \n')
echo "key $key"
