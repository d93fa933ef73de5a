#!/bin/sh
# Makes the secrets of deploy/compose.yml, once. Keep a copy of secrets/secret_keys elsewhere: without it, the keys of your
# exchanges in a backup cannot be read.
set -eu
folder=$(dirname "$0")/secrets
if [ -e "$folder" ]; then
  echo "$folder exists already" >&2
  exit 1
fi
umask 077
mkdir "$folder"
database=$(openssl rand -hex 24)
redis=$(openssl rand -hex 24)
printf %s "$database" >"$folder/database_password"
printf %s "$redis" >"$folder/redis_password"
printf %s "mysql://mvcash:$database@database:3306/mvcash" >"$folder/database_url"
printf %s "redis://:$redis@redis:6379" >"$folder/redis_url"
printf %s "k1:$(openssl rand -base64 32)" >"$folder/secret_keys"
# The users inside the containers read them; the folder keeps everybody else out.
chmod 444 "$folder"/*
