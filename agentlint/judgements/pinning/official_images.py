"""The images that a bare name stands for, as the registries' own tables have them."""

from __future__ import annotations

OFFICIAL_IMAGES = frozenset(
    "adminer aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux backdrop bash bonita"
    " buildpack-deps busybox caddy cassandra centos chronograf cirros clearlinux clefos clickhouse clojure composer consul"
    " convertigo couchbase couchdb crate dart debian docker drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch"
    " elixir emqx erlang express-gateway fedora flink fluentd friendica gazebo gcc geonetwork ghost golang gradle groovy haproxy"
    " haskell haxe hello-world hitch httpd hylang ibm-semeru-runtimes ibmjava influxdb irssi java jenkins jetty jobber joomla"
    " jruby julia kapacitor kibana kong krakend lightstreamer liquibase logstash mageia mariadb matomo maven mediawiki memcached"
    " mongo mongo-express monica mono mysql nats nats-streaming neo4j neurodebian nextcloud nginx node notary nuxeo odoo"
    " open-liberty openjdk opensuse oraclelinux orientdb owncloud percona perl photon php phpmyadmin plone postfixadmin postgres"
    " pypy python r-base rabbitmq rakudo-star redis redmine registry rethinkdb rocket.chat rockylinux ros ruby rust sapmachine"
    " satosa scratch sentry silverpeas sl solr sonarqube sourcemage spark spiped storm swarm swift swipl teamspeak telegraf"
    " tomcat tomee traefik ubuntu unit valkey varnish vault websphere-liberty wordpress xwiki yourls znc zookeeper"
    " ubi7 ubi8 ubi9 ubi10 rhel7".split()
)
"""Docker's official images and Podman's aliases; a bare name that stands in neither is no registry's: it is built here.
Sources: hub.docker.com/u/library, docs.docker.com/docker-hub/image-library/trusted-content, containers/shortnames shortnames.conf."""

DISTRIBUTIONS = frozenset(
    "alpine ubuntu debian fedora centos rockylinux almalinux opensuse leap amazonlinux oraclelinux kali photon ubi8 ubi9 ubi10".split()
)
"""Images that hold a distribution and no more."""
