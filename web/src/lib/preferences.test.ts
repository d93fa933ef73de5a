import { expect, it } from 'vitest';
import { readPreferences } from './preferences';

it('a first visit is dark and simulated', () => {
  expect(readPreferences(null)).toMatchObject({ theme: 'dark', tradeMode: 'SIMULATION', colors: 'green-up' });
});

it('unreadable or unknown values fall back one by one', () => {
  expect(readPreferences('{broken')).toEqual(readPreferences(null));
  expect(readPreferences('null')).toEqual(readPreferences(null));
  expect(readPreferences('{"theme":"neon","locale":"pt-BR"}')).toMatchObject({ theme: 'dark', locale: 'pt-BR' });
});
