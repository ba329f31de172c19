/**
 * Docker's official images, the only ones whose names are one word: what `--from=word` may mean when no stage has the
 * name. https://hub.docker.com/u/library, July 2026.
 */
export const OFFICIAL_IMAGES: ReadonlySet<string> = new Set(
  `adminer aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux backdrop bash bonita
  buildpack-deps busybox caddy cassandra chronograf cirros clearlinux clefos clickhouse clojure composer consul convertigo
  couchbase couchdb crate crux dart debian docker drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir
  emqx erlang express-gateway fedora flink fluentd friendica gazebo gcc geonetwork ghost golang gradle groovy haproxy
  haskell haxe hello-world hitch httpd hylang ibm-semeru-runtimes ibmjava influxdb irssi jetty jobber joomla jruby julia
  kapacitor kibana known kong krakend lightstreamer liquibase logstash mageia mariadb matomo maven mediawiki memcached
  mongo mongo-express monica mysql nats nats-streaming neo4j neurodebian nextcloud nginx node notary nuxeo odoo
  open-liberty openjdk opensuse oraclelinux orientdb percona perl photon php php-zendserver phpmyadmin plone postfixadmin
  postgres pypy python r-base rabbitmq rakudo-star redis redmine registry rethinkdb rocket.chat rockylinux ros ruby rust
  sapmachine satosa scratch silverpeas sl solr sonarqube spark spiped storm swift swipl teamspeak telegraf thrift tomcat
  tomee traefik ubuntu unit valkey varnish vault websphere-liberty wordpress xwiki yourls znc zookeeper`.split(/\s+/),
)

/** An image's name without registry, tag and digest: `golang` for `docker.io/library/golang:1.22-alpine@sha256:...`. */
export function imageName(image: string): string {
  const name = withoutTag(image)
  return name.replace(/^(?:(?:index\.)?docker\.io\/)?(?:library\/)?/, '')
}

/** The tag as written; empty where there is none. */
export function imageTag(image: string): string {
  const named = image.split('@')[0] ?? ''
  return named.slice(withoutTag(named).length + 1)
}

function withoutTag(image: string): string {
  const named = image.split('@')[0] ?? ''
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1)
  return colon < 0 ? named : named.slice(0, colon)
}
