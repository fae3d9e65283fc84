export { type ChannelShare, type ChannelShareOptions, joinChannelGroup } from './channel-share.ts'
export { type AddResult, openWantedChannels, type WantedChannels } from './wanted-channels.ts'
export { CHANNELS_WANTED_MAX, configHash } from './wanted-list.ts'
