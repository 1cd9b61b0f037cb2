/* The rooms as rules: who may import whom (README, "Rooms"). Run by `npm run check:rooms`. */
const only = (name, dependency, home) => ({
  name,
  severity: 'error',
  comment: `${dependency} may die; it is imported in ${home} and nowhere else.`,
  from: { pathNot: home },
  to: { path: `node_modules/${dependency}/` },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'recorder-knows-no-monitor',
      severity: 'error',
      from: { path: '^recorder/' },
      to: { path: '^monitor-ui/' },
    },
    {
      name: 'monitor-knows-no-recorder',
      severity: 'error',
      from: { path: '^monitor-ui/' },
      to: { path: '^recorder/' },
    },
    {
      name: 'shared-knows-nobody',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(recorder|monitor-ui|scripts)/' },
    },
    {
      name: 'web-knows-no-server',
      severity: 'error',
      from: { path: '^monitor-ui/web/' },
      to: { path: '^monitor-ui/server/' },
    },
    {
      name: 'ledger-and-media-do-no-io',
      severity: 'error',
      from: { path: '^shared/src/(ledger|media|protocol|units-of-measure)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    ...['recorder/src', 'monitor-ui/server'].map((root) => ({
      name: `enter-rooms-of-${root.replaceAll('/', '-')}-by-index-from-its-root`,
      severity: 'error',
      from: { path: `^${root}/[^/]+$`, pathNot: '\\.test\\.ts$' },
      to: { path: `^${root}/[^/]+/`, pathNot: `^${root}/[^/]+/index\\.tsx?$` },
    })),
    ...['shared/src', 'recorder/src', 'monitor-ui/server', 'monitor-ui/web'].map((root) => ({
      name: `enter-rooms-of-${root.replaceAll('/', '-')}-by-index`,
      severity: 'error',
      from: { path: `^${root}/([^/]+)/`, pathNot: '\\.test\\.ts$' },
      to: { path: `^${root}/([^/]+)/`, pathNot: [`^${root}/$1/`, `^${root}/[^/]+/index\\.tsx?$`] },
    })),
    only('fluent-ffmpeg-in-one-file', 'fluent-ffmpeg', '^recorder/src/capture/fluent-ffmpeg-adapter\\.ts$'),
    only('node-onvif-in-one-file', 'node-onvif', '^recorder/src/cameras/node-onvif-adapter\\.ts$'),
    only('onvif-in-one-file', 'onvif', '^recorder/src/cameras/onvif-adapter\\.ts$'),
    only('nodemailer-in-one-file', 'nodemailer', '^monitor-ui/server/alarms/smtp-channel\\.ts$'),
    only('minio-in-one-file', 'minio', '^shared/src/object-store/s3-object-store\\.ts$'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['source', 'import', 'default'] },
  },
};
