/* The rooms as rules: who may import whom (README, "Rooms"). Run by `npm run check:rooms`. */
const only = (name, dependency, home) => ({
  name,
  severity: 'error',
  comment: `${dependency} may die; it is imported in ${home} and nowhere else.`,
  from: { pathNot: home },
  to: { path: `node_modules/${dependency}/` },
});

/* Parts that a room keeps to itself and that a test of several rooms takes by itself all the same, by what for. */
const takenOutOfRooms = [
  // Tables of who may do what, which are walked from outside.
  '^monitor-ui/server/access/(address|role)-table\\.ts$',
  '^monitor-ui/web/app/pages\\.ts$',
  // What a monitor is put together from, where a test puts together less of one.
  '^monitor-ui/server/http/mount-routes\\.ts$',
  '^monitor-ui/server/settings/monitor-settings\\.ts$',
  // A seam of its own: a mail server, ffmpeg, a PDF reader, an S3 server, a camera that moved, a draw made again.
  '^monitor-ui/server/alarms/(smtp-channel|outward-message)\\.ts$',
  '^monitor-ui/server/evidence/(make-clips|frozen-plan)\\.ts$',
  '^monitor-ui/server/cases/custody-report\\.ts$',
  '^monitor-ui/server/sweeps/draw\\.ts$',
  '^shared/src/object-store/s3-object-store\\.ts$',
  '^recorder/src/cameras/stream-resolver\\.ts$',
];

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
    {
      name: 'enter-virtual-camera-by-index',
      severity: 'error',
      from: { pathNot: '^scripts/virtual-camera/' },
      to: { path: '^scripts/virtual-camera/', pathNot: '^scripts/virtual-camera/index\\.ts$' },
    },
    {
      name: 'tests-enter-rooms-by-index',
      severity: 'error',
      from: { path: '^test/' },
      to: {
        path: '^(shared/src|recorder/src|monitor-ui/server|monitor-ui/web)/[^/]+/',
        pathNot: ['/index\\.tsx?$', ...takenOutOfRooms],
      },
    },
    {
      name: 'only-tests-know-what-tests-are-made-of',
      severity: 'error',
      from: { path: '^(shared|recorder|monitor-ui|scripts)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^test/' },
    },
    {
      name: 'unit-tests-take-only-support-from-test',
      severity: 'error',
      from: { path: '^(shared|recorder|monitor-ui|scripts)/' },
      to: { path: '^test/', pathNot: '^test/support/' },
    },
    {
      name: 'nobody-imports-a-test',
      severity: 'error',
      from: {},
      to: { path: '\\.test\\.ts$' },
    },
    {
      name: 'tests-of-one-phase-know-no-other',
      severity: 'error',
      from: { path: '^test/(attack|contract|end-to-end|fault|integration)/' },
      to: { path: '^test/', pathNot: ['^test/$1/', '^test/support/'] },
    },
    {
      name: 'support-knows-no-phase',
      severity: 'error',
      from: { path: '^test/support/' },
      to: { path: '^test/', pathNot: '^test/support/' },
    },
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
