#!/bin/sh
# Makes a certificate authority, a certificate for the broker HOST, and one for each client NAME, in the present folder.
#   sh certificates.sh HOST [NAME...]
# The keys are readable by their owner only. ca.key signs new certificates: keep it off the broker.
set -eu
umask 077
host=${1:?host name or address of the broker}
shift

case $host in
  *[!0-9.]*) name="DNS:$host" ;;
  *) name="IP:$host" ;;
esac

if [ ! -f ca.key ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -days 3650 \
    -subj "/CN=galvanode CA" -addext "basicConstraints=critical,CA:TRUE,pathlen:0" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout ca.key -out ca.crt
fi

# sign NAME COMMON-NAME EXTENSIONS
sign() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 \
    -subj "/CN=$2" -keyout "$1.key" -out "$1.csr"
  printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n%s\n' "$3" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -sha256 -days 825 -extfile "$1.ext" -out "$1.crt"
  rm "$1.csr" "$1.ext"
}

sign server "$host" "extendedKeyUsage=serverAuth
subjectAltName=$name"
for client in "$@"; do
  sign "$client" "$client" "extendedKeyUsage=clientAuth"
done
chmod 644 ./*.crt
