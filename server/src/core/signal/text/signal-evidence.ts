import { splitNames } from './signal-words.js';

/**
 * The kind of a word that is not an order to buy. The kinds differ in their effect on a sell: closing, reducing and
 * results agree with it; canceling, negating, waiting and testing do not.
 */
export type EvidenceKind = 'CLOSE' | 'CANCEL' | 'NEGATE' | 'WAIT' | 'RESULT' | 'SHORT' | 'REDUCE' | 'TEST';

export interface Evidence {
  kind: EvidenceKind;
  word: string;
}

/** Whole words, and stems that end in `*`. Lower case, without accents. English, Portuguese, Spanish. */
const VOCABULARY: Readonly<Record<EvidenceKind, string>> = {
  CLOSE: `close closes closed closing closeout closeall closeposition exit exits exited exiting exitall flat flatten* flattened
    fechar fecha feche fechou fechado fechada fechando fechamento encerr* sair saia saida saidas saiu saindo sai zerar zera zere zerou zerado
    zerada zerando zeragem cerrar cierra cierre cierres cerrado cerrada cerro cerrando salir salida salio saliendo liquid* unwind* squareoff squaring
    finish* finaliz* ended ends terminat* termin* conclu* offload* dump dumped dumping leave leaving quit abandon*`,
  CANCEL: `cancel* anul* anula invalid* abort* revok* revog* void voided withdraw* retract* retir* ignor* discard* descart* dismiss* desconsider*
    skip skipped suspend* suspens* paus* disabl* desativ* desactiv* deactiv* inativ* inactiv* delet* remov* elimin* exclu* expire* expira* expirou
    vencid* reject* rejeit* rechaz* refus* recus* fail failed fails failure falh* fall fallo fallid* error erro undo undone scrap* drop dropped off`,
  NEGATE: `not no non none nope nao never nunca jamais neither nor nem ni without sem sin avoid* evit* dont don didnt doesnt isnt arent
    wont cannot cant couldnt shouldnt wouldnt nada nenhum* ningun* tampouco tampoco against contra unless stopbuying`,
  WAIT: `wait waits waiting await* aguard* esper* hold holding if se si caso whether when quando cuando until ate hasta maybe perhaps talvez
    quiza quizas possib* possiv* posib* potential* potenci* probab* prova* could might may should would consider* watch* observ* monitor*
    prepar* pending pendent* pendiente soon breve pronto before antes after depois despues almost quase casi near perto cerca planning
    plan planned planej* expect* forecast* idea ideia alertar upcoming ready question provided depend* condition* condic*`,
  RESULT: `hit hits stop stops stopped stopping stoploss stopp* target targets targeted tp tps sl takeprofit profit profits profited
    lucro lucros lucrou ganancia ganancias gain gains gained ganho ganhos loss losses lost perda perdas perdeu perdida perdidas prejuizo* alvo alvos
    ating* alcanc* alcanz* objetiv* meta reach* achiev* realiz* realis* sold bought filled fills fill executed executad* ejecutad* trigger* acionad*
    dispar* breakeven be trailing trail vendid* comprad* vendeu comprou vendi comprei vendio compro won winner win result* pnl roi done complet*
    booked book booking secure* secured scalped closedpnl update updated atualiz* actualiz* report* summary resumo resumen history`,
  SHORT: `short shorts shorted shorting cover covers covered covering cobrir cobre cobriu cobertura cobrindo cubrir cubre cubriendo recompra*
    corto cortos corta buyback bearish bear baixista bajista`,
  REDUCE: `reduc* reduz* partial* parcial* decreas* diminu* dismin* trim trimmed lighten scaleout halve half metade mitad deleverag* derisk ro`,
  TEST: `test tests tested testing testar teste testes testando testnet prueba pruebas probar probando demo paper papertrading dry dryrun simul*
    sandbox backtest* example* exemplo* ejemplo* fake mock* dummy sample debug* trial ensaio ensayo training treino`,
};

const EXACT = new Map<string, EvidenceKind>();
const STEMS = new Map<string, EvidenceKind>();
for (const [kind, words] of Object.entries(VOCABULARY) as [EvidenceKind, string][]) {
  for (const word of words.split(/\s+/)) {
    if (word.endsWith('*')) STEMS.set(word.slice(0, -1), kind);
    else EXACT.set(word, kind);
  }
}

/** Two words joined into one: closelong, exitshort, longexit, tphit, buytocover. */
const JOINED_FRONT =
  /^(?:close|exit|cancel|reduce|cover|stop|test|dont|not|fechar|sair|zerar|cerrar|salir|encerrar|cancelar)(?=(?:my|the|all|to|a|o|la|el)?(?:long|short|buy|sell|pos|trade|order|entr|comp|vend|venta|all|out|only|hit|mode|profit|loss))/;
const JOINED_BACK =
  /(?:long|short|buy|sell|position|trade|order|tp|sl|stop|target|compra|venda)(close|closed|exit|exited|cancel|cancell?ed|hit|stop|stopped|cover|covered|test)$|(?:buyto|sellto)(close|cover)$|^(tp|sl)hit$/;

/** The kind of one word (lower case, without accents); null when it has none. */
export function kindOf(word: string): EvidenceKind | null {
  // TP1, SL2, TARGET3: numbered forms are the same words.
  const bare = word.length <= 12 ? word.replace(/^(\p{L}+)\d{1,2}$/u, '$1') : word;
  const exact = EXACT.get(word) ?? EXACT.get(bare);
  if (exact) return exact;
  for (let length = Math.min(word.length, 12); length >= 4; length--) {
    const stem = STEMS.get(word.slice(0, length));
    if (stem) return stem;
  }
  const front = JOINED_FRONT.exec(word)?.[0];
  if (front !== undefined) return EXACT.get(front) ?? STEMS.get(front.slice(0, 6)) ?? 'CLOSE';
  const back = word.length <= 40 ? JOINED_BACK.exec(word) : null;
  const tail = back?.[1] ?? back?.[2] ?? (back?.[3] === undefined ? undefined : 'hit');
  return tail === undefined ? null : (kindOf(tail) ?? 'CLOSE');
}

/** Words after which "close" means the end of a bar. */
const BAR_WORDS = new Set([
  ...['at', 'on', 'bar', 'candle', 'daily', 'hourly', 'weekly', 'no', 'al', 'del', 'do', 'da', 'of', 'vela', 'barra'],
]);
const LABELS = new Set(['close', 'fechamento', 'cierre', 'fech']);

/**
 * Whether the label at `index` ("close", "fechamento", "cierre") names a price: a number follows, or "at", "on" or
 * "bar" is before it. "close 50%" is a part of a position, not a price.
 */
export function isPriceLabel(words: readonly string[], index: number): boolean {
  const word = words[index] ?? '';
  if (!LABELS.has(word)) return false;
  const next = words[index + 1];
  if (next !== undefined && /^\d/.test(next)) return words[index + 2] !== '%';
  if (next !== undefined && /^(?:price|preco|precio)$/.test(next)) return true;
  return BAR_WORDS.has(words[index - 1] ?? '');
}

const TWO_WORDS: Readonly<Record<string, EvidenceKind>> = {
  'margin call': 'CLOSE',
  'get out': 'CLOSE',
  'take profit': 'RESULT',
  'scale out': 'REDUCE',
  'dry run': 'TEST',
  'square off': 'CLOSE',
};

/**
 * Words of results that names also contain: `my-hit-strategy-1`. The thing that was hit (tp, sl, target) still counts.
 */
const IN_NAMES = /^(?:hits?|triggers?|win|winner|book|reach)$/;

/**
 * The evidence against a buy in the id of a message. An id holds no price: "close" before a number is no label there.
 * An identifier (`my-hit-strategy-1`) does not wait and reports nothing, but people name orders by their purpose: words
 * for closing, canceling, denying, stops, targets, shorts and tests count. In a phrase every word counts.
 */
export function evidenceInId(id: string, isIdentifier: boolean): Evidence[] {
  const found = evidenceIn(id, { hasPrices: false });
  if (!isIdentifier) return found;
  return found.filter(({ kind, word }) => kind !== 'WAIT' && !(kind === 'RESULT' && IN_NAMES.test(word)));
}

/** All evidence in a text against an order to buy. Linear in its length. */
export function evidenceIn(text: string, { hasPrices = true } = {}): Evidence[] {
  const words = splitNames(text);
  const found: Evidence[] = [];
  words.forEach((word, index) => {
    const isLabel = isPriceLabel(words, index) || (word === 'no' && LABELS.has(words[index + 1] ?? ''));
    if (hasPrices && isLabel) return;
    const pair = `${word} ${words[index + 1] ?? ''}`;
    const two = TWO_WORDS[pair];
    const kind = two ?? kindOf(word);
    if (kind) found.push({ kind, word: two ? pair : word.slice(0, 40) });
  });
  if (/[?¿]/.test(text)) found.push({ kind: 'WAIT', word: '?' });
  if (/[❌🚫⛔❎✖✗✘☒🛑👎🙅]/u.test(text)) found.push({ kind: 'CANCEL', word: '❌' });
  return found;
}
