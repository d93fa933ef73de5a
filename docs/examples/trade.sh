#!/bin/sh
# Buys by hand, follows the fill across any cut, and closes. Needs curl. MVCASH_TOKEN needs the scopes READ and TRADE;
# MVCASH_ACCOUNT is the id of the account that buys.
set -eu
url=${MVCASH_URL:-http://localhost:4000}/graphql
refused='... on Refused { reason message }'

# ask QUERY INPUT: sent again after a cut. A mutation with its key is one request, however often it is sent.
ask() {
  until answer=$(curl -sS -m 30 "$url" -H "authorization: Bearer $MVCASH_TOKEN" -H 'content-type: application/json' \
    --data "{\"query\":\"$1\",\"variables\":{\"input\":${2:-null},\"account\":\"$MVCASH_ACCOUNT\",\"after\":${cursor:-null}}}"); do
    echo 'cut, resuming' >&2
    sleep 1
  done
  case $answer in *'"errors":'* | *'"reason":'*) echo "$answer" >&2 && exit 1 ;; esac
}
# value NAME: the first text of this name in the answer.
value() { printf %s "$answer" | sed -n "s/^.*[{,]\"$1\":\"\([^\"]*\)\".*$/\1/p"; }
key() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }
# follow: waits for the end of the job in the answer, then prints the fills after the cursor, each once.
follow() {
  job=$(value id) status=PENDING
  until case $status in FILLED | FAILED | SKIPPED | CANCELED) true ;; *) false ;; esac do
    sleep 0.2
    ask "{ tradeJob(id: $job) { status } }" && status=$(value status)
  done
  ask 'query ($account: ID, $after: String) { positionFills(first: 1, after: $after, sort: OLDEST, filter: { accountId: $account }) { edges { cursor node { side qty price positionId } } } }'
  cursor="\"$(value cursor)\"" position=$(value positionId)
  echo "fill $(value side) $(value qty) at $(value price)"
}
ask 'query ($account: ID) { positionFills(first: 1, filter: { accountId: $account }) { edges { cursor } } }'
newest=$(value cursor) && cursor=${newest:+"\"$newest\""}
order="\"accountId\":\"$MVCASH_ACCOUNT\",\"symbol\":\"BTC/USDT\",\"orderType\":\"MARKET\",\"quoteAmount\":\"50\""
ask "query (\$input: OrderInput!) { previewOrder(input: \$input) { ... on OrderPreview { price quantity } $refused } }" "{$order}"
expected="{\"price\":\"$(value price)\",\"quantity\":\"$(value quantity)\"}"
ask "mutation (\$input: PlaceOrderInput!) { placeOrder(input: \$input) { ... on Placed { job { id } } $refused } }" "{$order,\"expected\":$expected,\"idempotencyKey\":\"$(key)\"}"
follow
ask "mutation (\$input: ClosePositionInput!) { closePosition(input: \$input) { ... on Placed { job { id } } $refused } }" "{\"positionId\":\"$position\",\"idempotencyKey\":\"$(key)\"}"
follow
echo "closed $position"
