# Buys by hand, follows the fill across any cut, and closes. MVCASH_TOKEN needs the scopes READ and TRADE.
import http.client, json, os, time, urllib.error, urllib.request, uuid

URL = os.environ.get("MVCASH_URL", "http://localhost:4000") + "/graphql"
HEADERS = {"content-type": "application/json", "authorization": "Bearer " + os.environ["MVCASH_TOKEN"]}
ACCOUNT, ENDED = os.environ["MVCASH_ACCOUNT"], ("FILLED", "FAILED", "SKIPPED", "CANCELED")
FILLS = "query ($first: Int, $a: String, $id: ID, $sort: ListSort) { positionFills(first: $first, after: $a, sort: $sort, filter: { accountId: $id }) { edges { cursor node { side qty price positionId } } } }"
JOB = "{ ... on Placed { job { id } } ... on Refused { reason message } } }"

def ask(query, **variables):  # Sent again after a cut: a mutation with its key is one request, however often it is sent.
    while True:
        try:
            body = json.dumps({"query": query, "variables": variables}).encode()
            with urllib.request.urlopen(urllib.request.Request(URL, body, HEADERS), timeout=30) as answer:
                result = json.load(answer)
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{error.code}: {error.read().decode()}")
        except (OSError, ValueError, http.client.HTTPException):
            print("cut, resuming", flush=True)
            time.sleep(0.5)
            continue
        if result.get("errors") or '"reason":' in json.dumps(result):  # The refusal of a trading rule is data.
            raise SystemExit(result)
        return next(iter(result["data"].values()))

def follow(job, cursor):  # The fills after a cursor: each is printed once, whatever happened to the connection.
    while ask("query ($id: ID!) { tradeJob(id: $id) { status } }", id=job["id"])["status"] not in ENDED:
        time.sleep(0.2)
    for edge in ask(FILLS, a=cursor, id=ACCOUNT, sort="OLDEST")["edges"]:
        print("fill", edge["node"]["side"], edge["node"]["qty"], "at", edge["node"]["price"], flush=True)
    return edge

newest = ask(FILLS, first=1, id=ACCOUNT)["edges"]
order = {"accountId": ACCOUNT, "symbol": "BTC/USDT", "orderType": "MARKET", "quoteAmount": "50"}
expected = ask("query ($o: OrderInput!) { previewOrder(input: $o) { ... on OrderPreview { price quantity } ... on Refused { reason message } } }", o=order)
buy = dict(order, expected=expected, idempotencyKey=str(uuid.uuid4()))
fill = follow(ask("mutation ($o: PlaceOrderInput!) { placeOrder(input: $o) " + JOB, o=buy)["job"], newest[0]["cursor"] if newest else None)
close = {"positionId": fill["node"]["positionId"], "idempotencyKey": str(uuid.uuid4())}
follow(ask("mutation ($o: ClosePositionInput!) { closePosition(input: $o) " + JOB, o=close)["job"], fill["cursor"])
print("closed", close["positionId"])
