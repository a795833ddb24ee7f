# Stands in for docker.io/library/node:24-bookworm-slim.
FROM localhost/carthub-debian:bookworm
COPY node/node /usr/local/bin/node
COPY npm /usr/local
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY npmrc /usr/local/etc/npmrc
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["node"]
