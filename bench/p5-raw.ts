// The floor of P5: a bare websocket server that sends the same bytes to every client.
import { openBroadcast } from '../server/src/testing/broadcast-server.js';
import { answerParent } from './child.js';

const { url, send } = await openBroadcast();
answerParent({ send });
process.send?.({ type: 'ready', url });
