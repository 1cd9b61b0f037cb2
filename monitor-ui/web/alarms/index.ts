import { lazyRouteComponent } from '@tanstack/react-router';

export { AlarmTray, focusAlarmTray } from './alarm-tray.tsx';
export { CameraBanner } from './camera-banner.tsx';
/** Code of its own: the wall needs the tray and the banner only. */
export const AlarmsPage = lazyRouteComponent(() => import('./alarms-page.tsx'), 'AlarmsPage');
