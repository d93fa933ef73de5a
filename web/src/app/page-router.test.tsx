import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ComponentType } from 'react';
import { Link, Route, Routes } from 'react-router';
import { expect, it } from 'vitest';
import { lazyPart } from '../ui/lazy-part';
import { PageRouter, useIsPageLoading, type Pages } from './page-router';

/** A page whose code arrives when the test says so. */
const latePage = (text: string) => {
  let arrive: (outcome?: Error) => void = () => undefined;
  const page = lazyPart(
    () =>
      new Promise<ComponentType>((resolve, reject) => {
        arrive = (error) => (error ? reject(error) : resolve(() => <p>{text}</p>));
      }),
    { failed: () => <p>{text} failed</p> },
  );
  return { page, arrive: (error?: Error) => act(async () => arrive(error)) };
};

const Loading = () => <output>{useIsPageLoading() ? 'loading' : ''}</output>;

const show = (pages: Pages) =>
  render(
    <PageRouter pages={pages}>
      <Loading />
      <nav>
        <Link to="/a">to a</Link>
        <Link to="/b/7">to b</Link>
      </nav>
      <Routes>
        <Route path="/" element={<p>home</p>} />
        {Object.entries(pages).map(([path, Page]) => (
          <Route key={path} path={path} element={<Page />} />
        ))}
      </Routes>
    </PageRouter>,
  );

it('the old page stays until the code of the new one is there, and the newest click counts', async () => {
  const [a, b] = [latePage('page a'), latePage('page b')];
  show({ '/a': a.page, '/b/:id': b.page });
  const user = userEvent.setup();
  expect(screen.getByText('home')).toBeTruthy();
  await user.click(screen.getByText('to a'));
  expect(screen.getByText('home')).toBeTruthy();
  expect(screen.getByRole('status').textContent).toBe('loading');
  await user.click(screen.getByText('to b'));
  await b.arrive();
  expect(screen.getByText('page b')).toBeTruthy();
  // What arrives late changes nothing any more.
  await a.arrive();
  expect(screen.getByText('page b')).toBeTruthy();
  expect(screen.getByRole('status').textContent).toBe('');
  // A page that was loaded is shown at once, also by "back".
  await user.click(screen.getByText('to a'));
  expect(screen.getByText('page a')).toBeTruthy();
  history.back();
  expect(await screen.findByText('page b')).toBeTruthy();
});

it('a page that cannot be loaded says so in its place', async () => {
  history.replaceState(null, '', '/');
  const c = latePage('page c');
  show({ '/a': c.page });
  await userEvent.click(screen.getByText('to a'));
  await c.arrive(new Error('gone'));
  // It is asked for once more when it is shown.
  await c.arrive(new Error('gone'));
  expect(await screen.findByText('page c failed')).toBeTruthy();
});
