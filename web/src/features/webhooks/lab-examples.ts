/** Typical messages of senders: the most instructive rows of the reading table. */
export const LAB_EXAMPLES: readonly string[] = [
  'BTCUSDT buy',
  'SOLUSDT.P Caça Fundo 🟢 (H1) Preço (83.09)',
  'SOLUSDT.P Caça Topo 🔴 (H1) Preço (215.81)',
  'BTCUSDT Caça Fundo (M15) Preço (98450,50)',
  'ETHUSDT sell (3850.25)',
  'BTCUSDT exit long',
  '{"ticker":"BTCUSDT.P","side":"short","price":"98450.5","tf":"H4"}',
  '{"message":"BTCUSDT sell (H1) Price (100)","action":"buy"}',
  'BTCUSDT buy sell',
];
