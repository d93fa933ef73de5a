import type { SentencePair } from '../lib/reason-sentences';
import { ALERT_SENTENCES } from './alert-sentences.pt-br';
import { READING_SENTENCES } from './reading-sentences.pt-br';
import { REFUSAL_SENTENCES } from './refusal-sentences.pt-br';

/**
 * The sentences of the server, as its code writes them ({name} is a placeholder), and their translation. A test compares
 * the English side with the source of the server, and fails for a sentence of the server that is not here.
 */
export const PT_BR_SENTENCES: readonly SentencePair[] = [
  ...ALERT_SENTENCES,
  ...READING_SENTENCES,
  ...REFUSAL_SENTENCES,
  // planning
  [
    '{count} orders in the last hour; the parameter allows {most}.',
    '{count} ordens na última hora; o parâmetro permite {most}.',
  ],
  [
    'The last order was {ago} s ago; the parameter asks for {least} s between orders.',
    'A última ordem foi há {ago} s; o parâmetro exige {least} s entre ordens.',
  ],
  ['The profit is {profit} %, the position asks for {least} %.', 'O lucro é de {profit} %, a posição exige {least} %.'],
  ['The position asks for a profit, and no price is known.', 'A posição exige lucro, e nenhum preço é conhecido.'],
  ['No open position could be sold: {list}.', 'Nenhuma posição aberta pôde ser vendida: {list}.'],
  [
    'Job {job}, a sell that came before, was still on its way after {seconds} s.',
    'A ordem {job}, uma venda anterior, ainda estava em andamento depois de {seconds} s.',
  ],
  [
    'Job {job}, a close of the same symbol, came after this buy and takes its place.',
    'A ordem {job}, um fechamento posterior do mesmo símbolo, substituiu esta compra.',
  ],
  ['{needed} {asset} are needed, {free} are free.', 'São necessários {needed} {asset}; há {free} livres.'],
  ['{price} is below one tick of {tick} {asset}.', '{price} é menos que um tick de {tick} {asset}.'],
  [
    "{value} {asset} is below the market's minimum of {least}.",
    '{value} {asset} fica abaixo do mínimo do mercado, que é {least}.',
  ],
  [
    "{quantity} {base} is worth {value} {quote}, below the market's minimum of {least}.",
    '{quantity} {base} vale {value} {quote}, abaixo do mínimo do mercado, que é {least}.',
  ],
  [
    '{quantity} {base} (steps of {step}) is outside what the market accepts, from {least} on.',
    '{quantity} {base} (incrementos de {step}) está fora do que o mercado aceita, a partir de {least}.',
  ],
  [
    'After the fee and {loss} % lower, {left} {base} would be worth {value} {quote}; the market sells from {leastQty} {base2} and {least} {quote2} on.',
    'Depois da taxa e {loss} % abaixo, {left} {base} valeriam {value} {quote}; o mercado vende a partir de {leastQty} {base2} e {least} {quote2}.',
  ],
  ['Buy more.', 'Compre mais.'],
  [
    'The price is {price}, the signal said {signal}; at most {bps} bps worse is allowed.',
    'O preço é {price}, o do sinal era {signal}; o slippage permitido é de {bps} bps.',
  ],
  [
    'The price of the signal is {limit}, the market is at {price}; a limit may be at most {band} % away.',
    'O preço do sinal é {limit}, o mercado está em {price}; um preço limite pode estar no máximo a {band} % de distância.',
  ],
  ['The exchange does not trade {symbol}.', 'A corretora não negocia {symbol}.'],
  ['No price is known for {symbol}.', 'Nenhum preço é conhecido para {symbol}.'],
  ['No current price is known for {symbol}.', 'Nenhum preço atual é conhecido para {symbol}.'],
  ['The last price of {symbol} is {age} ms old.', 'O último preço de {symbol} tem {age} ms.'],
  [
    'The last price of {symbol} is from the future: a clock is wrong.',
    'O último preço de {symbol} vem do futuro: um relógio está errado.',
  ],
  [
    'The exchange could not be asked for the market and its price.',
    'Não foi possível perguntar à corretora pelo mercado e seu preço.',
  ],
  ['The balance of the account was never read from the exchange.', 'O saldo da conta nunca foi lido da corretora.'],
  [
    'The balance of the account was last read {age} s ago; it sizes no order.',
    'O saldo da conta foi lido pela última vez há {age} s; ele não dimensiona nenhuma ordem.',
  ],
  [
    'The trade parameter names neither an amount nor a share of the balance.',
    'O parâmetro de negociação não define um valor nem uma porcentagem do saldo.',
  ],
  ['A LIMIT order needs a price.', 'Uma ordem limitada precisa de um preço.'],
  ['The slippage limit could not be checked: {why}', 'O limite de slippage não pôde ser verificado: {why}'],
  ['This share is below what the market accepts.', 'Esta parte fica abaixo do que o mercado aceita.'],
  // the signal
  [
    'The signal came {waited} s ago; at most {limit} s are allowed.',
    'O sinal chegou há {waited} s; são permitidos no máximo {limit} s.',
  ],
  ['The signal is {age} s old; up to {limit} s are allowed.', 'O sinal tem {age} s; são permitidos até {limit} s.'],
  [
    'The time of the signal lies {ahead} s ahead, so its age is unknown.',
    'A hora do sinal está {ahead} s à frente, por isso sua idade é desconhecida.',
  ],
  [
    'Signals of up to {limit} s are taken, and "{time}" could not be read: send unix time or ISO 8601.',
    'São aceitos sinais de até {limit} s, e "{time}" não pôde ser lido: envie a hora em tempo unix ou ISO 8601.',
  ],
  [
    'The age limit "{value}" could not be read: send it in seconds.',
    'O limite de idade "{value}" não pôde ser lido: envie em segundos.',
  ],
  ['"{value}" is too long for a price.', '"{value}" é longo demais para um preço.'],
  [
    '"{value}" could be {one} or {two}: write the price with a decimal point.',
    '"{value}" pode ser {one} ou {two}: escreva o preço com ponto decimal.',
  ],
  ['"{value}" is not a price.', '"{value}" não é um preço.'],
  ['"{value}" is out of range for a price.', '"{value}" está fora do intervalo de um preço.'],
  [
    '"{raw}" could be {list} at this account\'s exchange: write the symbol with a slash.',
    '"{raw}" pode ser {list} na corretora desta conta: escreva o símbolo com uma barra.',
  ],
  ['This source takes {most} signals a minute.', 'Esta fonte aceita {most} sinais por minuto.'],
  ['Send again in {after} s.', 'Envie de novo em {after} s.'],
  ['The body is larger than 64 KiB: send only the signal.', 'O corpo é maior que 64 KiB: envie apenas o sinal.'],
  // the exchange and the wallet
  [
    'The wallet has {free} {base} free, {wanted} were to be sold; other orders hold {held} {base2}.',
    'A carteira tem {free} {base} livres, e era preciso vender {wanted}; outras ordens seguram {held} {base2}.',
  ],
  [
    'The wallet has {free} {base} free, {wanted} were to be sold.',
    'A carteira tem {free} {base} livres, e era preciso vender {wanted}.',
  ],
  ['The order needs {needed} {asset}, {free} are free.', 'A ordem precisa de {needed} {asset}; há {free} livres.'],
  ['The order is worth {value} {asset}, the minimum is {least}.', 'A ordem vale {value} {asset}; o mínimo é {least}.'],
  ['Of this position {free} {asset} can be sold now.', 'Desta posição, {free} {asset} podem ser vendidos agora.'],
  ['Available: {available}; needed: {needed}.', 'Disponível: {available}; necessário: {needed}.'],
];
