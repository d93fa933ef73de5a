import { act, renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';
import { getLocale, modeElsewhere, readPreferences, setPreferences, useTradeMode } from './preferences';

it('a first visit is dark and simulated', () => {
  expect(readPreferences(null)).toMatchObject({ theme: 'dark', tradeMode: 'SIMULATION', colors: 'green-up' });
});

it('unreadable or unknown values fall back one by one', () => {
  expect(readPreferences('{broken')).toEqual(readPreferences(null));
  expect(readPreferences('null')).toEqual(readPreferences(null));
  expect(readPreferences('{"theme":"neon","locale":"pt-BR"}')).toMatchObject({ theme: 'dark', locale: 'pt-BR' });
});

const byOtherWindow = (before: object, after: object) =>
  act(() => {
    const [oldValue, newValue] = [JSON.stringify(before), JSON.stringify(after)];
    dispatchEvent(new StorageEvent('storage', { key: 'mvcashnode.preferences', oldValue, newValue }));
  });

it('another window is told of a change of mode and not switched; its language follows', () => {
  setPreferences({ tradeMode: 'SIMULATION', locale: 'en' });
  const { result } = renderHook(() => ({ mode: useTradeMode(), elsewhere: modeElsewhere.use() }));
  byOtherWindow({ tradeMode: 'SIMULATION' }, { tradeMode: 'REAL', locale: 'pt-BR' });
  expect(result.current).toEqual({ mode: 'SIMULATION', elsewhere: 'REAL' });
  expect(getLocale()).toBe('pt-BR');
  // A theme that is chosen there says nothing about modes.
  act(() => modeElsewhere.set(undefined));
  byOtherWindow({ tradeMode: 'REAL', theme: 'dark' }, { tradeMode: 'REAL', theme: 'light' });
  expect(result.current).toEqual({ mode: 'SIMULATION', elsewhere: undefined });
});

it('a choice of colors keeps the mode in which new windows begin', () => {
  localStorage.setItem('mvcashnode.preferences', JSON.stringify({ tradeMode: 'REAL' }));
  setPreferences({ theme: 'light' });
  expect(readPreferences(localStorage.getItem('mvcashnode.preferences'))).toMatchObject({
    tradeMode: 'REAL',
    theme: 'light',
  });
  expect(sessionStorage.getItem('mvcashnode.mode')).toBe('SIMULATION');
});

it('gain and loss take the colors that the user chose, at once', () => {
  setPreferences({ colors: 'red-up' });
  expect(document.documentElement.dataset.colors).toBe('red-up');
  setPreferences({ colors: 'green-up' });
  expect(document.documentElement.dataset.colors).toBe('green-up');
});
