export { noticeRoutes } from './notice-routes.ts';
export { NoticeWording, type NoticePlace, type NoticeSettings } from './notice-wording.ts';
export { Notices } from './notices.ts';
export { noticesSchema } from './notices-schema.ts';
