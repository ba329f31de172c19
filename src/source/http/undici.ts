/** Named imports of a CommonJS package, so that the bundled chunk has them too; loaded lazily by exchange.ts. */
export { Agent, ProxyAgent, request } from 'undici'
