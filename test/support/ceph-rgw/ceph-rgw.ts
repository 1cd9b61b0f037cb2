export * from '../../../scripts/ceph-rgw/ceph-rgw.ts';
