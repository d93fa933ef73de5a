import { useApolloClient } from '@apollo/client/react';
import { useEffect, useEffectEvent } from 'react';
import { useNavigate } from 'react-router';
import { keepDevice } from '../../lib/push-device';

/** The message of public/sw.js: somebody pressed a notification. */
interface OpenMessage {
  type: 'open';
  url: string;
}
const isOpen = (data: unknown): data is OpenMessage =>
  typeof data === 'object' && data !== null && 'type' in data && data.type === 'open' && 'url' in data;

/** Shows the page of a notification that was pressed, and keeps the subscription of this browser known to the server. */
export function useOpenedByPush(): void {
  const client = useApolloClient();
  const navigate = useNavigate();
  const open = useEffectEvent(({ data, ports }: MessageEvent<unknown>) => {
    if (!isOpen(data) || !URL.canParse(data.url)) return;
    const { origin, pathname, search } = new URL(data.url);
    if (origin !== location.origin) return;
    ports[0]?.postMessage('done');
    void navigate(`${pathname}${search}`);
  });
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return undefined;
    const { serviceWorker } = navigator;
    const listener = (event: MessageEvent<unknown>) => open(event);
    serviceWorker.addEventListener('message', listener);
    serviceWorker.startMessages();
    return () => serviceWorker.removeEventListener('message', listener);
  }, []);
  useEffect(() => {
    // Without it the old subscription stays; the next visit tries again.
    void keepDevice(client).catch(() => undefined);
  }, [client]);
}
