import { expect, it } from 'vitest';
import { d } from '../money/money.js';
import { vaultShortfalls, type CoverageFacts } from './vault-coverage.js';

const vault = (vaultId: number, balance: string, asset = 'USDT') => ({ vaultId, asset, balance: d(balance) });
const account = (accountId: number, total: string, asset = 'USDT') => ({ accountId, asset, total: d(total) });
const told = (facts: Partial<CoverageFacts>) =>
  vaultShortfalls({ links: [], vaults: [], accounts: [], known: new Set([1, 2, 3]), ...facts }).map(
    ({ vaultId, asset, allocated, held }) => `${vaultId} ${asset} ${allocated.toFixed()} of ${held.toFixed()}`,
  );

it('a vault that allocates more than its account holds is short, to the last digit', () => {
  const links = [{ vaultId: 1, accountId: 1 }];
  expect(told({ links, vaults: [vault(1, '100.000000000000000001')], accounts: [account(1, '100')] })).toEqual([
    '1 USDT 100.000000000000000001 of 100',
  ]);
  expect(told({ links, vaults: [vault(1, '100')], accounts: [account(1, '100')] })).toEqual([]);
});

it('two vaults on one account share its holdings; each is short when their sum is', () => {
  const links = [
    { vaultId: 1, accountId: 1 },
    { vaultId: 2, accountId: 1 },
  ];
  const vaults = [vault(1, '60'), vault(2, '50')];
  expect(told({ links, vaults, accounts: [account(1, '100')] })).toEqual(['1 USDT 110 of 100', '2 USDT 110 of 100']);
});

it('a vault over two accounts may be covered by both together', () => {
  const links = [
    { vaultId: 1, accountId: 1 },
    { vaultId: 1, accountId: 2 },
  ];
  expect(told({ links, vaults: [vault(1, '150')], accounts: [account(1, '100'), account(2, '50')] })).toEqual([]);
  expect(told({ links, vaults: [vault(1, '151')], accounts: [account(1, '100'), account(2, '50')] })).toHaveLength(1);
});

it('an account that links two vaults joins their purses', () => {
  const links = [
    { vaultId: 1, accountId: 1 },
    { vaultId: 2, accountId: 2 },
    { vaultId: 1, accountId: 3 },
    { vaultId: 2, accountId: 3 },
  ];
  const accounts = [account(1, '10'), account(2, '10'), account(3, '10')];
  expect(told({ links, vaults: [vault(1, '15'), vault(2, '15')], accounts })).toEqual([]);
  expect(told({ links, vaults: [vault(1, '15'), vault(2, '16')], accounts })).toHaveLength(2);
});

it('an asset that the account does not hold is short, and other assets do not count', () => {
  const links = [{ vaultId: 1, accountId: 1 }];
  const vaults = [vault(1, '1', 'BTC'), vault(1, '5')];
  expect(told({ links, vaults, accounts: [account(1, '5')] })).toEqual(['1 BTC 1 of 0']);
});

it('a vault without accounts, an empty vault and accounts that were never read are skipped', () => {
  const links = [{ vaultId: 1, accountId: 9 }];
  expect(told({ links, vaults: [vault(1, '5')], accounts: [] })).toEqual([]);
  expect(told({ vaults: [vault(1, '5')], accounts: [] })).toEqual([]);
  expect(told({ links: [{ vaultId: 1, accountId: 1 }], vaults: [vault(1, '0')], accounts: [] })).toEqual([]);
});
