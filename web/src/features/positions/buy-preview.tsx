import { useTranslations } from 'use-intl';
import type { PreviewOrderQuery } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { baseOf, quoteOf, useMarkets } from '../../lib/live/open-positions';
import { Facts } from '../../ui/facts';
import { Money, Price, Quantity } from '../../ui/money';
import { Notice } from '../../ui/notice';
import { riskOf } from './buy-order';

type Preview = Extract<PreviewOrderQuery['previewOrder'], { __typename: 'OrderPreview' }>;

/** What will be sent, with the most it may cost and what it risks down to its stop. */
export function BuyPreview({ preview, isAdding }: { preview: Preview; isAdding: boolean }) {
  const t = useTranslations('buy.facts');
  const format = useFormat();
  const { symbol, quantity, price, limitPrice, cost, costMax, slippageBps, available, reserve, stopPrice } = preview;
  const tickSize = useMarkets().get(symbol)?.tickSize;
  const [base, quote] = [baseOf(symbol), quoteOf(symbol)];
  const risk = riskOf(preview);
  return (
    <div className="rounded-lg bg-raised px-3.5 py-3" data-testid="buy-preview">
      <Facts
        facts={[
          [t('quantity'), <Quantity key="q" value={quantity} asset={base} />],
          limitPrice
            ? [t('limitPrice'), <Price key="l" value={limitPrice} tickSize={tickSize} />]
            : [t('price'), <Price key="p" value={price} tickSize={tickSize} />],
          [t('cost'), <Money key="c" value={cost} asset={quote} />],
          [
            t('costMax', { slippage: format.decimal(String(slippageBps / 100)) }),
            slippageBps > 0 && <Money key="m" value={costMax} asset={quote} />,
          ],
          [t('available'), <Money key="a" value={available} asset={quote} />],
          [t('reserve'), reserve && <Money key="r" value={reserve} asset={quote} />],
          [t('stop'), stopPrice && <Price key="s" value={stopPrice} tickSize={tickSize} />],
          [t('risk'), risk && <Money key="k" value={`-${risk}`} asset={quote} result />],
        ]}
      />
      {!stopPrice && !isAdding && (
        <div className="mt-3">
          <Notice tone="warn">{t('noStop')}</Notice>
        </div>
      )}
    </div>
  );
}
