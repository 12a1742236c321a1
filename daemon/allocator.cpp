// How jemalloc is to behave, unless the variable MALLOC_CONF says otherwise: as many arenas as
// there are usually threads at work, and what a burst has left goes back to the system within a
// second.
extern "C" {
const char* malloc_conf = "narenas:2,dirty_decay_ms:1000,muzzy_decay_ms:0";
}
