export { AlarmTray, focusAlarmTray } from './alarm-tray.tsx';
export { AlarmsPage } from './alarms-page.tsx';
export { CameraBanner } from './camera-banner.tsx';
