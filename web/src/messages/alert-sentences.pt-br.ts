import type { SentencePair } from '../lib/reason-sentences';

/** What the alerts of the server say, and its monitors. {quoted} is the text of another program. */
export const ALERT_SENTENCES: readonly SentencePair[] = [
  // positions and their exits
  [
    '{positions} cannot be sold: the account is switched off, has no keys, or trading with real money is off.',
    '{positions}: não é possível vender. A conta está desligada ou sem chaves, ou a negociação com dinheiro real está desligada.',
  ],
  ['No exit fires.', 'Nenhuma saída dispara.'],
  ['{positions}: no process watches its prices.', '{positions}: nenhum processo acompanha os preços.'],
  [
    'Exits fire only by the safety sweep, if at all.',
    'As saídas só disparam pela varredura de segurança, se dispararem.',
  ],
  ['{positions}: the price is too old.', '{positions}: o preço está velho demais.'],
  ['No exit fires until a fresh one comes.', 'Nenhuma saída dispara até chegar um preço novo.'],
  [
    '{positions} without a stop loss, trailing stop or time stop: {ids}.',
    '{positions} sem stop loss, stop móvel ou limite de tempo: {ids}.',
  ],
  ['Nothing limits a loss.', 'Nada limita a perda.'],
  ['1 open position of {symbol} at {account}', '1 posição aberta de {symbol} em {account}'],
  ['{count} open positions of {symbol} at {account}', '{count} posições abertas de {symbol} em {account}'],
  [
    'Position {position} ({symbol}) stays open although it was to be sold.',
    'A posição {position} ({symbol}) continua aberta, embora devesse ser vendida.',
  ],
  [
    'Bring the coins back, or close the position as reconciled when they are gone for good.',
    'Traga as moedas de volta ou, se não voltarem mais, feche a posição como conciliada.',
  ],
  ['Cancel the other orders at the exchange.', 'Cancele as outras ordens na corretora.'],
  ['It is sold when it is worth enough again.', 'Ela será vendida quando voltar a valer o suficiente.'],
  [
    'The position is worth less than the market lets anyone sell; it stays open until it is worth more.',
    'A posição vale menos que a venda mínima do mercado; ela fica aberta até valer mais.',
  ],
  [
    'The wallet does not hold the coins that were to be sold.',
    'A carteira não tem as moedas que deveriam ser vendidas.',
  ],
  [
    'Other orders at the exchange hold the coins that were to be sold.',
    'Outras ordens na corretora seguram as moedas que deveriam ser vendidas.',
  ],
  [
    '{quantity} {base} of position {position} ({symbol}), worth {value} {quote}, were not in the wallet when job {job} sold it: moved, sold or paid as fees elsewhere.',
    '{quantity} {base} da posição {position} ({symbol}), no valor de {value} {quote}, não estavam na carteira quando a ordem {job} a vendeu: foram movidos, vendidos ou gastos em taxas em outro lugar.',
  ],
  ['What was there was sold.', 'O que havia foi vendido.'],
  [
    'The {reason} of position {position} ({symbol}) was due at {price}, {at}, but only the safety sweep fired it.',
    'A saída {reason} da posição {position} ({symbol}) deveria ter disparado a {price}, {at}, mas só a varredura de segurança a disparou.',
  ],
  ['STOP_LOSS', 'stop loss'],
  ['TAKE_PROFIT', 'take profit'],
  ['PARTIAL_TAKE_PROFIT', 'realização parcial'],
  ['TRAILING_STOP', 'stop móvel'],
  ['TIME_STOP', 'limite de tempo'],
  ['No price of {market} has come.', 'Nenhum preço de {market} chegou.'],
  ['The last price of {market} is from {at}.', 'O último preço de {market} é de {at}.'],
  ['Exits of its positions wait until prices come again.', 'As saídas das posições esperam até os preços voltarem.'],
  // orders and holdings
  [
    'It is not known whether the exchange has order {order} ({symbol}).',
    'Não se sabe se a corretora tem a ordem {order} ({symbol}).',
  ],
  ['Job {job}, order {order}: {what}.', 'Ordem {job}, id {order}: {what}.'],
  [
    '{quantity} was sold beyond what the positions had reserved',
    '{quantity} a mais do que as posições tinham reservado foi vendido',
  ],
  [
    'the exchange reports {count} trades of an order that is {status} here',
    'a corretora informa {count} negócios de uma ordem que aqui está como {status}',
  ],
  ['the exchange holds an order that is {status} here', 'a corretora mantém uma ordem que aqui está como {status}'],
  ['FILLED', 'executada'],
  ['CANCELED', 'cancelada'],
  ['EXPIRED', 'expirada'],
  ['REJECTED', 'recusada'],
  ['NOT_PLACED', 'não enviada'],
  [
    '{account}: an order at the exchange was not made by this program: {order}.',
    '{account}: uma ordem na corretora não foi criada por este programa: {order}.',
  ],
  ['BUY {quantity} {symbol} at {price}', 'compra de {quantity} {symbol} a {price}'],
  ['SELL {quantity} {symbol} at {price}', 'venda de {quantity} {symbol} a {price}'],
  ['BUY {quantity} {symbol}', 'compra de {quantity} {symbol}'],
  ['SELL {quantity} {symbol}', 'venda de {quantity} {symbol}'],
  ['{count} such orders wait for your review.', '{count} ordens assim esperam sua revisão.'],
  [
    'New positions on this account are paused until you resume them; exits go on.',
    'Novas posições nesta conta estão pausadas até você as retomar; as saídas continuam.',
  ],
  [
    '{account} has {held} {asset} at the exchange, but its open positions say {expected}: {missing} {asset2} are missing.',
    '{account} tem {held} {asset} na corretora, mas suas posições abertas somam {expected}: faltam {missing} {asset2}.',
  ],
  [
    'They were sold, moved or paid as fees outside of this program.',
    'Eles foram vendidos, movidos ou gastos em taxas fora deste programa.',
  ],
  ['Bring them back, or close the position as reconciled.', 'Traga-os de volta ou feche a posição como conciliada.'],
  ['An exit sells what is there.', 'Uma saída vende o que houver.'],
  [
    '{account} could not be compared with its exchange for {minutes} minutes.',
    'Há {minutes} minutos não é possível comparar {account} com a corretora.',
  ],
  ['The comparison is retried.', 'A comparação é repetida.'],
  [
    'Until it succeeds, changes at the exchange are not visible here.',
    'Até dar certo, mudanças na corretora não aparecem aqui.',
  ],
  ['The API key of {account} may withdraw.', 'A chave de API de {account} permite saques.'],
  [
    'New positions are paused on this account until you replace the key or accept that it may withdraw.',
    'Novas posições nesta conta estão pausadas até você trocar a chave ou aceitar que ela permita saques.',
  ],
  // vaults, and numbers that do not follow from their history
  [
    'Vault {vault} lacked {amount} {asset} for job {job}: the order cost more than the vault held.',
    'Faltaram {amount} {asset} no cofre {vault} para a ordem {job}: ela custou mais do que o cofre tinha.',
  ],
  [
    'Vault {vault} is not covered: {allocated} {asset} are set apart, but the accounts hold {held} {asset2}.',
    'O cofre {vault} não tem cobertura: {allocated} {asset} estão reservados, mas as contas têm {held} {asset2}.',
  ],
  ['Orders may be refused by the exchange.', 'A corretora pode recusar ordens.'],
  [
    'The {figure} of vault {vault} is {stored}, but its history says {rebuilt}.',
    'Cofre {vault}, {figure}: está gravado {stored}, mas o histórico diz {rebuilt}.',
  ],
  [
    'The {figure} of position {position} is {stored}, but its history says {rebuilt}.',
    'Posição {position}, {figure}: está gravado {stored}, mas o histórico diz {rebuilt}.',
  ],
  ['bought quantity', 'quantidade comprada'],
  ['remaining quantity', 'quantidade restante'],
  ['reserved quantity', 'quantidade reservada'],
  ['average entry price', 'preço médio de entrada'],
  ['realized result', 'resultado realizado'],
  ['{asset} balance', 'saldo de {asset}'],
  ['{asset} reserved', '{asset} reservado'],
  [
    'Somebody or something changed it in the database.',
    'Alguém ou algum programa mudou esse número no banco de dados.',
  ],
  [
    'Do not trust it until this is explained: compare it with the exchange, and tell the administrator.',
    'Não confie nele até isso estar explicado: compare com a corretora e avise o administrador.',
  ],
  [
    'The kept totals of {symbol} in account {account} do not follow from its positions and fills.',
    'Os totais gravados de {symbol} na conta {account} não correspondem às posições e execuções.',
  ],
  [
    'The kept totals of {symbol} in account {account} from {at} on, for a quarter of an hour, do not follow from its positions and fills.',
    'Os totais gravados de {symbol} na conta {account}, no quarto de hora a partir de {at}, não correspondem às posições e execuções.',
  ],
  ['{theFigure} is too high by {amount}.', '{theFigure} está {amount} acima do correto.'],
  ['{theFigure} is too low by {amount}.', '{theFigure} está {amount} abaixo do correto.'],
  ['The number of open positions', 'O número de posições abertas'],
  ['The open quantity', 'A quantidade aberta'],
  ['The cost of the open positions', 'O custo das posições abertas'],
  ['The realized result', 'O resultado realizado'],
  ['The number of gains', 'O número de ganhos'],
  ['The number of losses', 'O número de perdas'],
  ['{count} totals of this symbol differ.', '{count} totais deste símbolo divergem.'],
  [
    'Somebody or something changed them in the database.',
    'Alguém ou algum programa mudou esses números no banco de dados.',
  ],
  [
    'The sums of the dashboard are wrong until they are put right; positions, vaults and exits are not concerned.',
    'As somas do painel estão erradas até serem corrigidas; posições, cofres e saídas não são afetados.',
  ],
  ['Trust the list of positions, and tell the administrator.', 'Confie na lista de posições e avise o administrador.'],
  // signals that did not come
  ['{source} has sent nothing since {at}.', '{source} não enviou nada desde {at}.'],
  [
    'By its rhythm, a signal was due at {at} at the latest.',
    'Pelo ritmo da fonte, um sinal deveria ter chegado até {at}.',
  ],
  ['{source} has never sent anything.', '{source} nunca enviou nada.'],
  ['{source} last sent something on {at}.', 'O último envio de {source} foi em {at}.'],
  ['Check the sender, or switch the source off.', 'Verifique quem envia ou desligue a fonte.'],
  ['{source}: number {number} of its sequence did not come.', '{source}: o número {number} da sequência não chegou.'],
  [
    '{source}: the numbers {from} to {to} of its sequence did not come.',
    '{source}: os números {from} a {to} da sequência não chegaram.',
  ],
  [
    '{source}: its strategy on {symbol} was {found} before its last message, but the message before left it {expected}.',
    '{source}: a estratégia em {symbol} estava {found} antes da última mensagem, mas a mensagem anterior a deixou {expected}.',
  ],
  [
    '{source}: its strategy was {found} before its last message, but the message before left it {expected}.',
    '{source}: a estratégia estava {found} antes da última mensagem, mas a mensagem anterior a deixou {expected}.',
  ],
  ['long', 'comprada'],
  ['short', 'vendida'],
  ['flat', 'zerada'],
  ['A signal between them did not come.', 'Um sinal entre as duas não chegou.'],
  ['There are {count} such places in the last 24 hours.', 'Há {count} lacunas assim nas últimas 24 horas.'],
  // the installation
  [
    'No process with the role {role} has reported for {span}.',
    'Há {span} nenhum processo com o papel {role} dá sinal de vida.',
  ],
  [
    '{process} has not reported for {span} and was not stopped.',
    '{process} não dá sinal de vida há {span} e não foi encerrado.',
  ],
  ['It died or hangs.', 'Ele morreu ou travou.'],
  [
    '{process} uses {percent} of all processors and more.',
    '{process} usa {percent} ou mais de todos os processadores.',
  ],
  ['Signals and exits may be late.', 'Sinais e saídas podem atrasar.'],
  [
    '{process} uses {percent} of its memory and may be ended by the system.',
    '{process} usa {percent} da sua memória e pode ser encerrado pelo sistema.',
  ],
  ['{process} stood still for {span}.', '{process} ficou parado por {span}.'],
  ['Nothing of it ran in that time.', 'Nada dele rodou nesse tempo.'],
  ['Process {pid} ({role})', 'O processo {pid} ({role})'],
  ['process {pid} ({roles}) on {host}', 'processo {pid} ({roles}) em {host}'],
  ['The disk of {path} is {percent} full.', 'O disco de {path} está {percent} cheio.'],
  [
    'When it is full, the database stops and nothing trades.',
    'Quando ele encher, o banco de dados para e nada é negociado.',
  ],
  [
    '{count} jobs wait to be executed, the oldest for {span}.',
    '{count} ordens esperam execução, a mais antiga há {span}.',
  ],
  ['The scheduled job {job} is paused.', 'A tarefa agendada {job} está pausada.'],
  [
    'If the tick engine misses an exit, nothing fires it.',
    'Se o acompanhamento de preços perder uma saída, nada a dispara.',
  ],
  ['Resume it.', 'Retome-a.'],
  [
    'The scheduled job {job} did not succeed {count} times in a row.',
    'A tarefa agendada {job} não deu certo {count} vezes seguidas.',
  ],
  ['Last reason: {quoted}', 'Último motivo: {quoted}'],
  ['The run took longer than {limit} ms.', 'A execução demorou mais de {limit} ms.'],
  [
    "The clock of {process} is {span} ahead of the database's.",
    'O relógio do {process} está {span} adiantado em relação ao banco de dados.',
  ],
  [
    "The clock of {process} is {span} behind the database's.",
    'O relógio do {process} está {span} atrasado em relação ao banco de dados.',
  ],
  ['It continues with the time of the database.', 'Ele continua com a hora do banco de dados.'],
  ['Beyond 5 s it stops trading.', 'Acima de 5 s ele para de negociar.'],
  [
    'It does not trade: it opens no position, leaves exits to other processes and sells only what none of them took.',
    'Ele não negocia: não abre posições, deixa as saídas para outros processos e só vende o que nenhum deles assumiu.',
  ],
  ['Set the clock of its machine right (NTP).', 'Acerte o relógio da máquina (NTP).'],
  ['Redis cannot be reached by {process}.', 'O Redis não pode ser alcançado pelo {process}.'],
  ['Redis does not answer {process}.', 'O Redis não responde ao {process}.'],
  [
    'Redis takes no writes of {process}: its memory or disk is full, or it is a replica of another Redis.',
    'O Redis não aceita gravações do {process}: sua memória ou seu disco está cheio, ou ele é réplica de outro Redis.',
  ],
  [
    'Exits, signals and orders continue through the database; signals may take some seconds longer.',
    'Saídas, sinais e ordens continuam pelo banco de dados; sinais podem demorar alguns segundos a mais.',
  ],
  ['Check Redis.', 'Verifique o Redis.'],
  // notifications
  [
    'The channel "{channel}" ({kind}) was switched off, because it failed for a day.',
    'O canal "{channel}" ({kind}) foi desligado porque falhou por um dia.',
  ],
  [
    'Its events are kept and go out when you switch it on again.',
    'Os avisos ficam guardados e saem quando você o ligar de novo.',
  ],
  ['The channel "{channel}" ({kind}) delivers nothing.', 'O canal "{channel}" ({kind}) não entrega nada.'],
  ['Messages wait and are tried again.', 'As mensagens esperam e são tentadas de novo.'],
  ['The server of WhatsApp sends nothing: {quoted}', 'O servidor de WhatsApp não envia nada: {quoted}'],
  ['The mail server cannot be used: {quoted}', 'O servidor de e-mail não pode ser usado: {quoted}'],
  ['The connection is "{state}"; scan the code again.', 'A conexão está "{state}"; escaneie o código de novo.'],
  ['The answer has no state.', 'A resposta não traz o estado.'],
  ['The address is not allowed ({why}).', 'O endereço não é permitido ({why}).'],
  ['This number is not on WhatsApp.', 'Este número não está no WhatsApp.'],
  ['An administrator has not set up {what}.', 'Nenhum administrador configurou {what}.'],
  ['It is too old to be sent any more.', 'É antiga demais para ser enviada.'],
  ['It is not known whether it arrived, and it was repeated already.', 'Não se sabe se chegou, e ela já foi repetida.'],
  [
    'It is not known whether it arrived, and the server cannot tell.',
    'Não se sabe se chegou, e o servidor não consegue dizer.',
  ],
  ['It is not known whether it arrived; the server did not tell.', 'Não se sabe se chegou; o servidor não disse.'],
  ['The process stood still before it sent.', 'O processo ficou parado antes de enviar.'],
  ['The process ended while it was sending.', 'O processo terminou enquanto enviava.'],
];
