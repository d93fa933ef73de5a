import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { createTurns } from './heavy-reads.js';

/** Works that end when they are told to, and what has begun. */
function works() {
  const begun: string[] = [];
  const ends = new Map<string, { resolve(): void; reject(error: Error): void }>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve, reject) => {
      ends.set(name, { resolve: () => resolve(name), reject });
    });
  };
  return {
    begun,
    work,
    end: (name: string) => ends.get(name)?.resolve(),
    fail: (name: string) => ends.get(name)?.reject(new Error(name)),
  };
}

describe('heavy reads take turns', () => {
  it('those of one user run one after the other, in their order', async () => {
    const turns = createTurns();
    const { begun, work, end } = works();
    const all = ['a1', 'a2', 'a3'].map((name) => turns(1, work(name)));
    await nextTurn();
    expect(begun).toEqual(['a1']);
    end('a1');
    await nextTurn();
    expect(begun).toEqual(['a1', 'a2']);
    end('a2');
    await nextTurn();
    end('a3');
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3']);
  });

  it('a user who asks for many delays another one by no more than one read', async () => {
    const turns = createTurns(1);
    const { begun, work, end } = works();
    void Promise.all(['a1', 'a2', 'a3', 'a4'].map((name) => turns(1, work(name))));
    void turns(2, work('b1'));
    await nextTurn();
    expect(begun).toEqual(['a1']);
    end('a1');
    await nextTurn();
    expect(begun).toEqual(['a1', 'b1']);
    end('b1');
    await nextTurn();
    expect(begun).toEqual(['a1', 'b1', 'a2']);
  });

  it('at most two users read at the same time', async () => {
    const turns = createTurns();
    const { begun, work, end } = works();
    for (const user of [1, 2, 3]) void turns(user, work(`u${user}`));
    await nextTurn();
    expect(begun).toEqual(['u1', 'u2']);
    end('u2');
    await nextTurn();
    expect(begun).toEqual(['u1', 'u2', 'u3']);
  });

  it('a read that fails fails alone', async () => {
    const turns = createTurns(1);
    const { work, end, fail } = works();
    const [failing, good] = [turns(1, work('bad')), turns(1, work('good'))];
    await nextTurn();
    fail('bad');
    await expect(failing).rejects.toThrow('bad');
    await nextTurn();
    end('good');
    expect(await good).toBe('good');
  });
});
