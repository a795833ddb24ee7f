import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { followTranslation } from './follow-translation.ts';
import { guardBrowser } from './guard-browser.ts';
import { keepStaticFailure } from './static-failure.ts';
import './styles.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root.');
const showStaticFailure = keepStaticFailure(root);
guardBrowser();
followTranslation();
createRoot(root, {
  onUncaughtError: (error) => {
    console.error(error);
    showStaticFailure();
  },
}).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
