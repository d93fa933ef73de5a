import { useEffect } from 'react';
import { createStore } from './create-store';

const title = createStore('');
export const usePageTitleValue = title.use;

/** Sets the document title while the component is shown. */
export const usePageTitle = (name: string): void => {
  useEffect(() => {
    title.set(name);
    return () => title.set('');
  }, [name]);
};
