import '@mantine/core/styles.layer.css';
export { PlaybackPage } from './playback-page.tsx';
