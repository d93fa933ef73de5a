import { describe, expect, it } from 'vitest';
import { appendPage, renewFirstPage, type ListPage } from './growing-list';

const page = (ids: string[], endCursor: string | null = ids.at(-1) ?? null): ListPage => ({
  edges: ids.map((id) => ({ cursor: id, node: { id } })),
  pageInfo: { hasNextPage: endCursor !== null, endCursor },
});
const idsOf = (list: ListPage) => list.edges.map((edge) => edge.node.id);

describe('a list that grows', () => {
  it('puts the next page under what is known and goes on from its end', () => {
    const list = appendPage(page(['9', '8']), page(['7', '6']));
    expect(idsOf(list)).toEqual(['9', '8', '7', '6']);
    expect(list.pageInfo.endCursor).toBe('6');
  });

  it('keeps an entry once that slid onto the next page', () => {
    expect(idsOf(appendPage(page(['9', '8']), page(['8', '7'])))).toEqual(['9', '8', '7']);
  });

  it('puts new entries on top and keeps what was loaded further down', () => {
    const list = renewFirstPage(page(['8', '7', '6', '5'], '5'), page(['9', '8']));
    expect(idsOf(list)).toEqual(['9', '8', '7', '6', '5']);
    expect(list.pageInfo.endCursor).toBe('5');
  });

  it('begins anew when more arrived than a page holds, so that no gap is hidden', () => {
    expect(idsOf(renewFirstPage(page(['3', '2']), page(['9', '8'])))).toEqual(['9', '8']);
  });
});
