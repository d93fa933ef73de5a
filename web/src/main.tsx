import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import './app/emergency-brake';
import { copyNumbersPlainly } from './lib/copy-numbers';
import './styles.css';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root element');
copyNumbersPlainly();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
