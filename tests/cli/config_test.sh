#!/usr/bin/env bash
# config_test.sh <cohub> <cohub-fake-server>: the config file, its profiles, and where settings come
# from.
. "$(dirname -- "${BASH_SOURCE[0]}")/harness.sh"

file=$XDG_CONFIG_HOME/cohub/config
mkdir -p "$(dirname -- "$file")"
# config: takes the file's text from standard input.
config() { cat >"$file"; chmod 600 "$file"; }
# row <name>: value, source and where, of the last `cohub config -o csv`.
row() { sed -n "s|^$1,||p" <<<"$out"; }

# Without a file.
unset COCALC_HOST
run 0 config -o csv
check "it is not there" is "$(row config-file)" "$file,default,not there"
check "the default" is "$(row host)" 'https://cocalc.com,default,'
check "nothing" is "$(row api-key)" ',default,'
COCALC_HOST=https://u:secret@a.example PIECES_HOST=http://u:secret@b.example PIECES_ACCESS_TOKEN=secret \
    run 0 config -o csv
check "a password in a host is masked" is "$(row host)" '***@a.example,environment,COCALC_HOST'
check "in that of Pieces OS too" is "$(row pieces-host)" '***@b.example,environment,PIECES_HOST'
check "a token is masked" is "$(row pieces-access-token)" '***,environment,PIECES_ACCESS_TOKEN'
run 0 config
check "a table" matches "$out" '^name +value +source +where'
run 0 config -o json
check "JSON" has "$out" '{"name":"timeout","value":"30s","source":"default","where":null}'
run 2 config --profile work
check "no profile without a file" has "$err" 'there is no file'

start_server
unset COCALC_HOST COCALC_API_KEY SSL_CERT_FILE
printf '%s\n' "$key" >"$XDG_CONFIG_HOME/cohub/key"
cp "$ca" "$scratch/ca2.pem"
config <<END
# for all
timeout = 20s
host = https://nobody.invalid
retries=0

[work]
host = "$url"
api_key_file = key
ca-file = $ca
output = yaml

[play]
timeout = 7s
pieces-host = http://localhost:1
END
run 0 system ping --profile work
check "all that it needs, and its format" matches "$out" '^now: [0-9]+$'
COHUB_PROFILE=work run 0 system ping -o json
check "an option is stronger" matches "$out" '^\{"now"'
run 0 --profile work config -o csv
check "the profile" is "$(row profile)" 'work,option,--profile'
check "from the profile" is "$(row host)" "$url,file,$file [work]"
check "beside the file" is "$(row api-key-file)" "$XDG_CONFIG_HOME/cohub/key,file,$file [work]"
check "for all profiles" is "$(row timeout)" "20s,file,$file"
check "the profiles" has "$(row config-file)" 'its profiles: play, work'
COHUB_PROFILE=play run 0 config -o csv --timeout 3s
check "the profile" is "$(row profile)" 'play,environment,COHUB_PROFILE'
check "an option" is "$(row timeout)" '3s,option,--timeout'
COCALC_HOST=https://a.example COCALC_API_KEY=$key HTTPS_PROXY=http://u:secret@p:1 COHUB_PROFILE=work \
    run 0 config -o csv
check "the environment is stronger than the file" is "$(row host)" 'https://a.example,environment,COCALC_HOST'
check "keys are masked" is "$(row api-key)" '***,environment,COCALC_API_KEY'
check "it puts the file's out" is "$(row api-key-file)" ',default,'
check "a proxy's password is masked" is "$(row proxy)" 'http://***@p:1,environment,HTTPS_PROXY'
COCALC_HOST=https://a.example COCALC_API_KEY=sk-of-a-example00000 run 0 --profile work system ping -o jsonl
check "a profile that is asked for is stronger than the environment" matches "$out" '^\{"now"'
COCALC_HOST=https://a.example run 0 --profile work config -o csv
check "and tells it" is "$(row host)" "$url,file,$file [work]"
run 0 --profile work --api-key "$key" config -o csv
check "an option puts the file's out" is "$(row api-key-file)" ',default,'

# A key goes to its own host alone.
run 2 --profile work system ping --host https://b.example
check "says whose it is" has "$err" "is for $url, and not for https://b.example"
config <<END
host = $url
api-key = $key
ca-file = $ca
[b]
host = https://b.example
END
run 0 system ping
run 0 system ping --host "$url/"
run 2 --profile b system ping
check "of another profile" has "$err" "is for $url, and not for https://b.example"

# A key that others can read.
chmod 644 "$file"
run 0 system ping
check "is warned about" has "$err" "warning: $file holds a key or password"
check "says what to do" has "$err" 'chmod 600'
run 0 config -o csv
check "still masked" has "$(row api-key)" '***,file'
config <<<"proxy = http://u:secret@localhost:1"
chmod 644 "$file"
run 0 config -o csv
check "a proxy's password too" has "$err" 'chmod 600'
check "which is masked" is "$(row proxy)" "http://***@localhost:1,file,$file"
config <<<"pieces-access-token = secret"
chmod 644 "$file"
run 0 config -o csv
check "a token too" has "$err" 'chmod 600'
config <<<"timeout = 3s"
chmod 644 "$file"
run 0 config -o csv
check "nothing secret, nothing said" is "$err" ''

# A key without a host beside it goes to the host that is used.
config <<END
[work]
api-key = $key
ca-file = $ca
END
run 0 --profile work system ping --host "$url"

# What goes together: what counts more puts the other out.
config <<END
api-key-file = key
unix-socket = all.sock
cert = ~/own.pem
key = own.key
[work]
api-key = sk-of-work
proxy = http://localhost:1
END
for profile in option environment; do
    if [ $profile = option ]; then
        HTTPS_PROXY=http://p:1 run 0 --profile work config -o csv
    else
        COHUB_PROFILE=work run 0 config -o csv
    fi
    check "the profile's key" is "$(row api-key)" "***,file,$file [work]"
    check "puts out that of all profiles" is "$(row api-key-file)" ',default,'
    check "the profile's way" is "$(row proxy)" "http://localhost:1,file,$file [work]"
    check "puts out that of all profiles" is "$(row unix-socket)" ',default,'
done
HTTPS_PROXY=http://p:1 run 0 config -o csv
check "what is set for all programs leaves the socket" is "$(row unix-socket)" "$XDG_CONFIG_HOME/cohub/all.sock,file,$file"
HOME=$scratch run 0 config -o csv --proxy http://p:1
check "an option does not" is "$(row unix-socket)" ',default,'
check "the home directory" is "$(row cert)" "$scratch/own.pem,file,$file"
run 0 config -o csv --cert other.pem
check "another certificate" is "$(row cert)" 'other.pem,option,--cert'
check "has not this one's key" is "$(row key)" ',default,'

# What is wrong with a file.
# wrong <text in the message>: the file is standard input.
wrong() {
    config
    run 2 config
    check "names the file" has "$err" "$file"
    check "says '$1'" has "$err" "$1"
}
wrong '"hots" is no setting; did you mean host' <<<'hots = x'
wrong '"api_kee" is no setting; did you mean api-key' <<<$'[work]\napi_kee = x'
wrong '[work]' <<<$'[work]\nyes = true'
wrong 'line 2' <<<$'timeout = 3s\nwhat is this'
wrong 'duplicate' <<<$'timeout = 3s\ntimeout = 4s'
wrong 'ca-file is there twice' <<<$'ca-file = a\nca_file = b'
wrong 'host is empty' <<<'host ='
wrong 'leave one of them out' <<<$'api-key = a\napi-key-file = b'
wrong 'leave one of them out' <<<$'[work]\nproxy = http://p:1\nunix-socket = s'
wrong 'is no number from 0 to 99' <<<'retries = many'
wrong 'is no number from 1 to 1000' <<<'concurrency = 0'
wrong 'is none of json' <<<'output = xml'
wrong '[] has no name' <<<$'[]\nhost = x'
config <<<$'[work]\ntimeout = 3s'
run 2 config --profile wrok
check "what is near" has "$err" "there is no profile 'wrok' in '$file'; did you mean work"
COHUB_PROFILE=home run 2 system ping
check "who named it" has "$err" 'COHUB_PROFILE'
run 0 --help
check "help needs no settings" has "$out" --profile
config <<<'api-key = "two words"'
run 2 system ping --host "$url"
check "no key" has "$err" "$file has several words"
rm "$file"
mkdir "$file"
run 2 system ping
check "what cannot be read" has "$err" 'cannot read'
rmdir "$file"

# Pieces OS has settings of its own.
start_server
config <<END
host = https://nobody.invalid
api-key = sk-not-for-pieces
pieces-host = $url
ca-file = $ca
END
unset COCALC_HOST COCALC_API_KEY SSL_CERT_FILE
run 0 pieces user-snapshot
check "the hub's key stays here" eval '! received sk-not'
check "and is masked nowhere, since it is not there" lacks "$requests" uthorization
PIECES_HOST=https://localhost:1 run 3 pieces user-snapshot --retries 0
run 0 pieces user-snapshot --host "$url"

the_end
