import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './ui-kit/fonts.css';
import './ui-kit/tokens.css';
import './ui-kit/base.css';
import './app/app.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Application } from './app/application.tsx';
import { storedLanguage } from './i18n/index.ts';

document.documentElement.lang = storedLanguage();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Application />
  </StrictMode>,
);
