import type { SentencePair } from '../lib/reason-sentences';

/** How a message was read, as the signal lab and the receipts tell it. Words of the message stay as they were written. */
export const READING_SENTENCES: readonly SentencePair[] = [
  // the symbol, the price, the time
  ['The symbol "{raw}" is {symbol}.', 'O símbolo "{raw}" é {symbol}.'],
  [
    'More than one symbol is named ({list}): send one signal for each.',
    'Mais de um símbolo foi citado ({list}): envie um sinal para cada um.',
  ],
  [
    'The symbol "{raw}" ends in no known quote asset: write it like SOLUSDT or SOL/USDT.',
    'O símbolo "{raw}" não termina em uma moeda de cotação conhecida: escreva como SOLUSDT ou SOL/USDT.',
  ],
  ['No symbol such as SOLUSDT or SOL/USDT was found.', 'Nenhum símbolo como SOLUSDT ou SOL/USDT foi encontrado.'],
  ['The symbol is in a list: send one signal for each.', 'O símbolo está em uma lista: envie um sinal para cada um.'],
  ['The price is {price}.', 'O preço é {price}.'],
  ['No price was taken: {why}', 'Nenhum preço foi usado: {why}'],
  ['The placeholder {placeholder} was not filled in.', 'O marcador {placeholder} não foi preenchido.'],
  ['"{field}" holds no price.', '"{field}" não contém um preço.'],
  ['A price is named, but no number follows it.', 'Um preço é anunciado, mas nenhum número vem depois.'],
  [
    '"{number}" has no price word, so it was not used as the price.',
    '"{number}" não tem uma palavra de preço ao lado, por isso não foi usado como preço.',
  ],
  [
    'The time "{time}" is neither unix time nor ISO 8601, so it was not used.',
    'A hora "{time}" não está em tempo unix nem ISO 8601, por isso não foi usada.',
  ],
  // the body
  ['It sells all the same.', 'Vende mesmo assim.'],
  [
    'The body starts like JSON and is not valid at line {line}, column {column}: expected {expected}.',
    'O corpo começa como JSON e não é válido na linha {line}, coluna {column}: esperado {expected}.',
  ],
  [
    'The body starts like JSON and is not valid at line {line}, column {column}: expected {expected}, found the end.',
    'O corpo começa como JSON e não é válido na linha {line}, coluna {column}: esperado {expected}, encontrado o fim.',
  ],
  [
    'The body starts like JSON and is not valid at line {line}, column {column}: expected {expected}, found "{found}".',
    'O corpo começa como JSON e não é válido na linha {line}, coluna {column}: esperado {expected}, encontrado "{found}".',
  ],
  ['the end of the body after the closing bracket', 'o fim do corpo depois do colchete ou da chave final'],
  [
    'a value where the placeholder {placeholder} was not filled in',
    'um valor onde o marcador {placeholder} não foi preenchido',
  ],
  ['a value', 'um valor'],
  ['at most {count} levels', 'no máximo {count} níveis'],
  [
    'a value: text in double quotes, a number, true, false, null, { or [',
    'um valor: texto entre aspas duplas, número, true, false, null, { ou [',
  ],
  ['a key in double quotes', 'uma chave entre aspas duplas'],
  ['":" after the key "{key}"', '":" depois da chave "{key}"'],
  ['"," or "{close}" after a value', '"," ou "{close}" depois de um valor'],
  ['"," or "{close}" after an item', '"," ou "{close}" depois de um item'],
  [
    'another item after the comma, or no comma before "{close}"',
    'outro item depois da vírgula, ou nenhuma vírgula antes de "{close}"',
  ],
  [
    'the closing quote of a text (a line break in it is written \\n)',
    'as aspas finais de um texto (uma quebra de linha dentro dele se escreve \\n)',
  ],
  ['an escape such as \\n, \\" or \\u00e7', 'um escape como \\n, \\" ou \\u00e7'],
  [
    'The body is a JSON list: send one object for one signal.',
    'O corpo é uma lista JSON: envie um objeto para um sinal.',
  ],
  [
    'The body holds more or longer fields than a signal has, so none of them is read.',
    'O corpo tem mais campos, ou campos mais longos, do que um sinal tem; por isso nenhum é lido.',
  ],
  [
    '{fields} occurs twice with different values: send it once.',
    '{fields} aparece duas vezes com valores diferentes: envie uma vez só.',
  ],
  // what the fields decide
  [
    '{fields} is no known instruction: use buy, sell or close.',
    '{fields} não é uma instrução conhecida: use buy, sell ou close.',
  ],
  ['The text fields say different things.', 'Os campos de texto dizem coisas diferentes.'],
  ['{words} in {fields} speaks against the order.', '{words} em {fields} contradiz a ordem.'],
  [
    '{from}: closing a short is nothing to do on spot.',
    '{from}: fechar uma venda a descoberto não é nada a fazer no mercado à vista.',
  ],
  ['{fields} contradict each other: send only one of them.', '{fields} se contradizem: envie apenas um deles.'],
  ['{fields} is a size of zero, which opens nothing.', '{fields} é um tamanho zero, que não abre nada.'],
  ['{fields} contradicts the buy.', '{fields} contradiz a compra.'],
  ['{fields} contradicts the sell.', '{fields} contradiz a venda.'],
  [
    'A buy that leaves the position flat or short closes a short: nothing to do on spot.',
    'Uma compra que deixa a posição zerada ou vendida fecha uma venda a descoberto: nada a fazer no mercado à vista.',
  ],
  [
    'A buy while the position was short covers it: nothing to do on spot.',
    'Uma compra com a posição vendida apenas a cobre: nada a fazer no mercado à vista.',
  ],
  ['{from}: read as buy.', '{from}: lido como compra.'],
  ['{from}: read as sell.', '{from}: lido como venda.'],
  [
    '{from}: read as short, which closes on spot.',
    '{from}: lido como venda a descoberto, que no mercado à vista fecha.',
  ],
  [
    '{from}: it closes and names a short: nothing to do on spot.',
    '{from}: fecha e cita uma venda a descoberto: nada a fazer no mercado à vista.',
  ],
  ['{from} and {fields} contradict each other.', '{from} e {fields} se contradizem.'],
  ['{from}: closes a long, read as SELL_SIGNAL.', '{from}: fecha uma posição comprada; lido como venda.'],
  [
    '{from}: it closes a short: nothing to do on spot.',
    '{from}: fecha uma venda a descoberto: nada a fazer no mercado à vista.',
  ],
  ['There is neither an action field nor a text.', 'Não há campo de ação nem texto.'],
  ['The fields of the position contradict each other.', 'Os campos da posição se contradizem.'],
  [
    'The market position was and stays {state}: nothing to do.',
    'A posição da estratégia estava e continua {state}: nada a fazer.',
  ],
  ['The market position is now long', 'A posição da estratégia agora está comprada'],
  [
    'The market position was short: closing it is nothing to do on spot.',
    'A posição da estratégia estava vendida: fechá-la não é nada a fazer no mercado à vista.',
  ],
  [
    'The market position is now {state}: read as SELL_SIGNAL, which closes on spot.',
    'A posição da estratégia agora está {state}: lido como venda, que no mercado à vista fecha.',
  ],
  // what the words of a text decide
  ['the text', 'o texto'],
  ['The text is empty.', 'O texto está vazio.'],
  ['The text is too long for a signal.', 'O texto é longo demais para um sinal.'],
  [
    'No word for buying, selling or closing was found.',
    'Nenhuma palavra de compra, venda ou fechamento foi encontrada.',
  ],
  ['{words} contradict each other: write only one of them.', '{words} se contradizem: escreva apenas uma delas.'],
  ['{words} means buy.', '{words} significa compra.'],
  ['{words} means sell.', '{words} significa venda.'],
  [
    '{words} closes a short: nothing to do on spot.',
    '{words} fecha uma venda a descoberto: nada a fazer no mercado à vista.',
  ],
  ['{words} closes a long: read as SELL_SIGNAL.', '{words} fecha uma posição comprada: lido como venda.'],
  [
    '{words} speak of buying and of closing: write only one of them.',
    '{words} falam de comprar e de fechar: escreva apenas uma delas.',
  ],
  ['{words} closes: read as SELL_SIGNAL.', '{words} fecha: lido como venda.'],
  ['{words} sells and closes: read as SELL_SIGNAL.', '{words} vende e fecha: lido como venda.'],
  [
    '{words} may close what was bought or what was sold short: write only one of them.',
    '{words} pode fechar o que foi comprado ou o que foi vendido a descoberto: escreva apenas uma delas.',
  ],
  [
    'A position is mentioned, but not its opening: say "open" or "enter".',
    'Uma posição é citada, mas não a sua abertura: diga "abrir" ou "entrar".',
  ],
  [
    '{words} stopped the reading: what it means is not known.',
    '{words} parou a leitura: o significado não é conhecido.',
  ],
  [
    '{words} stopped the reading: beside an order word, nothing is done on a message like this.',
    '{words} parou a leitura: ao lado de uma palavra de ordem, nada é feito com uma mensagem assim.',
  ],
  // formats of known senders
  [
    '{sender}: "{words}" beside the order stopped the reading.',
    '{sender}: "{words}" ao lado da ordem parou a leitura.',
  ],
  ['{sender}: an order to buy.', '{sender}: uma ordem de compra.'],
  ['{sender}: an order to sell.', '{sender}: uma ordem de venda.'],
  ['{sender}: it closes what is held.', '{sender}: fecha o que se tem.'],
  ['{sender}: the quantity is zero.', '{sender}: a quantidade é zero.'],
  [
    '{sender}: a buy that leaves the position at {position} covers a short: nothing to do on spot.',
    '{sender}: uma compra que deixa a posição em {position} cobre uma venda a descoberto: nada a fazer no mercado à vista.',
  ],
  ['{sender}: only one market or limit order is read.', '{sender}: apenas uma ordem a mercado ou limitada é lida.'],
  ['{sender}: it holds settings that are not read.', '{sender}: contém opções que não são lidas.'],
  ['{sender}: side and position.', '{sender}: lado e posição ao mesmo tempo.'],
  ['{sender}: it opens nothing.', '{sender}: não abre nada.'],
  ['{sender}: "{word}" is no known instruction.', '{sender}: "{word}" não é uma instrução conhecida.'],
  ['"{word}" is no known instruction.', '"{word}" não é uma instrução conhecida.'],
  ['{sender}: a buy needs an amount.', '{sender}: uma compra precisa de um valor.'],
  ['{sender}: "{word}" opens nothing here.', '{sender}: "{word}" não abre nada aqui.'],
  ['{sender}: it names no side.', '{sender}: não diz o lado.'],
  ['{sender}: it closes a short.', '{sender}: fecha uma venda a descoberto.'],
  ['{sender}: the order is switched off (d=1).', '{sender}: a ordem está desligada (d=1).'],
  ['{sender}: it closes a short or cancels an order.', '{sender}: fecha uma venda a descoberto ou cancela uma ordem.'],
  ['{sender}: it names no direction.', '{sender}: não diz a direção.'],
  ['{sender}: it reports what was done.', '{sender}: informa o que já foi feito.'],
  ['Cornix: the line "{line}" was not understood.', 'Cornix: a linha "{line}" não foi entendida.'],
  // phrases that are taught
  ['A phrase needs a word.', 'Uma frase precisa de uma palavra.'],
  ['A phrase has at most {most} characters.', 'Uma frase tem no máximo {most} caracteres.'],
  [
    '"{word}" speaks against buying, so the phrase cannot mean buy.',
    '"{word}" fala contra a compra, por isso a frase não pode significar compra.',
  ],
  [
    'These words have a meaning of their own: add the word that makes them a name.',
    'Estas palavras têm significado próprio: acrescente a palavra que as torna um nome.',
  ],
  [
    'A phrase has no control characters and no invisible ones.',
    'Uma frase não tem caracteres de controle nem invisíveis.',
  ],
  [
    'A source knows at most {most} phrases: remove one first.',
    'Uma fonte conhece no máximo {most} frases: remova uma antes.',
  ],
];
