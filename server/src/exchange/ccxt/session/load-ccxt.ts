import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The class of one exchange of ccxt, by the path of its file, the one with streams where there is one: all of ccxt
 * would cost 90 MB, and its `exports` name nothing else. Imported when it is first asked for, so that processes that
 * neither trade nor read prices never load it.
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
