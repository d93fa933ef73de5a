import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Loads the class of one ccxt exchange by the path of its file, with streams if there is such a version. All of ccxt
 * would cost 90 MB, and its `exports` offer nothing smaller. Imported on first use, so that processes without trading
 * or prices never load it.
 */
export async function loadCcxtClass<T>(exchangeId: string): Promise<new (settings: Record<string, unknown>) => T> {
  if (!/^[a-z0-9]{2,30}$/.test(exchangeId)) throw new Error(`${exchangeId} is not a ccxt exchange`);
  const source = path.join(path.dirname(createRequire(import.meta.url).resolve('ccxt')), '..', 'js', 'src');
  const withStreams = path.join(source, 'pro', `${exchangeId}.js`);
  const file = existsSync(withStreams) ? withStreams : path.join(source, `${exchangeId}.js`);
  const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    default: new (settings: Record<string, unknown>) => T;
  };
  return module.default;
}
