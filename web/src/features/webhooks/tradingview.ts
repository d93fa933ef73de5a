/** Where TradingView's alerts come from, as it publishes (its help page "About webhooks"). The server holds the same list. */
export const TRADINGVIEW_IPS: readonly string[] = ['52.89.214.238', '34.212.75.30', '54.218.53.128', '52.32.178.7'];

/** Whether TradingView can reach an address: a public host on port 80 or 443. */
export const isReachableByTradingView = (url: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { hostname, port } = new URL(url);
  const isPrivate = /^(localhost|.*\.local|127\..*|10\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*|\[.*\])$/.test(
    hostname,
  );
  return !isPrivate && (port === '' || port === '80' || port === '443');
};
