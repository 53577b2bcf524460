#define _GNU_SOURCE
#include "CSimulation.h"

#include <dlfcn.h>
#include <elf.h>
#include <execinfo.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static _Thread_local struct hubbub_situation *current;

struct hubbub_situation *hubbub_current(void) { return current; }
void hubbub_set_current(struct hubbub_situation *situation) { current = situation; }

uint64_t hubbub_usable_size(void *address) { return malloc_usable_size(address); }

// The hooks, as Swift's concurrency runtime declares them: each gets the arguments of the function it
// stands before, and that function.

#define SWIFTCALL __attribute__((swiftcall))

typedef SWIFTCALL void (*enqueue_original)(void *job);
extern SWIFTCALL void (*swift_task_enqueueGlobal_hook)(void *job, enqueue_original original);

// The main actor's executor takes its jobs past all hooks, so the question for that executor has to do.
struct executor {
    void *identity, *implementation;
};
typedef SWIFTCALL struct executor (*main_original)(void);
extern SWIFTCALL struct executor (*swift_task_getMainExecutor_hook)(main_original original);

static void (*notice_exit)(enum hubbub_exit);

static SWIFTCALL void watch_global(void *job, enqueue_original original) {
    if (current) notice_exit(hubbub_exit_global);
    original(job);
}

static SWIFTCALL struct executor watch_main(main_original original) {
    if (current) notice_exit(hubbub_exit_main);
    return original();
}

void hubbub_watch_exits(void (*notice)(enum hubbub_exit)) {
    notice_exit = notice;
    swift_task_enqueueGlobal_hook = watch_global;
    swift_task_getMainExecutor_hook = watch_main;
}

// The fault report is written with nothing but write(2): a handler may not allocate or lock.

static const char *fault_headline, *fault_command;
static int fault_exit_code;
static const char *design_modules[16];
static size_t design_module_count;
static size_t (*name_of_turn)(char *name, size_t size);

struct line {
    char text[4096];
    size_t length;
};

static void add(struct line *line, const char *text) {
    size_t n = strlen(text), room = sizeof line->text - line->length;
    if (n > room) n = room;
    memcpy(line->text + line->length, text, n);
    line->length += n;
}

static void add_number(struct line *line, uint64_t n, int least_digits) {
    char digits[24];
    char *d = digits + sizeof digits;
    *--d = 0;
    for (int i = 0; n > 0 || i < least_digits; i++, n /= 10) *--d = (char)('0' + n % 10);
    add(line, d);
}

// Where it went wrong. A release build says nothing when it traps, so the functions on the stack are looked up
// in the program's own table of symbols, which the dynamic linker does not have.

extern char *swift_demangle(const char *name, size_t length, char *buffer, size_t *size, uint32_t flags);

struct symbols {
    const Elf64_Sym *all;
    size_t count;
    const char *names;
};

static struct symbols read_symbols(void) {
    struct symbols none = {0};
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) return none;
    const char *image = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    close(file);
    if (image == MAP_FAILED) return none;
    const Elf64_Ehdr *head = (const Elf64_Ehdr *)image;
    const Elf64_Shdr *sections = (const Elf64_Shdr *)(image + head->e_shoff);
    for (size_t i = 0; i < head->e_shnum; i++) {
        if (sections[i].sh_type != SHT_SYMTAB) continue;
        return (struct symbols){
            .all = (const Elf64_Sym *)(image + sections[i].sh_offset),
            .count = sections[i].sh_size / sizeof(Elf64_Sym),
            .names = image + sections[sections[i].sh_link].sh_offset};
    }
    return none;
}

static const char *name_of(const struct symbols *symbols, uintptr_t offset) {
    for (size_t i = 0; i < symbols->count; i++) {
        const Elf64_Sym *symbol = &symbols->all[i];
        if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC || symbol->st_size == 0) continue;
        if (offset >= symbol->st_value && offset < symbol->st_value + symbol->st_size)
            return symbols->names + symbol->st_name;
    }
    return NULL;
}

// Whether a function is of a module of the designs, by how Swift mangles its name.
static int is_of_design(const char *name) {
    for (size_t i = 0; i < design_module_count; i++)
        if (strncmp(name, design_modules[i], strlen(design_modules[i])) == 0) return 1;
    return 0;
}

// The innermost functions of this program, with what called them.
static void add_cause(struct line *line) {
    void *stack[64];
    int depth = backtrace(stack, sizeof stack / sizeof *stack);
    Dl_info program;
    struct symbols symbols = read_symbols();
    if (!symbols.all || !dladdr((void *)hubbub_report_faults, &program)) return;
    int told = 0, is_in_design = 0;
    for (int i = 0; i < depth; i++) {
        Dl_info place;
        // One before: what a call returns to may be the next function already.
        if (!dladdr((char *)stack[i] - 1, &place) || place.dli_fbase != program.dli_fbase) continue;
        const char *name = name_of(&symbols, (uintptr_t)stack[i] - 1 - (uintptr_t)program.dli_fbase);
        if (!name || strstr(name, "report_fault") || strstr(name, "add_cause")) continue;
        is_in_design |= is_of_design(name);
        if (told == 4) continue;
        static char plain[512];
        size_t size = sizeof plain;
        const char *shown = swift_demangle(name, strlen(name), plain, &size, 0) ? plain : name;
        add(line, told == 0 ? "\n  in " : "\n  called by ");
        add(line, shown);
        told++;
    }
    if (is_in_design) add(line, "\n  the code of the design was at work: look there first");
}

// Whose turn it was.
static void add_turn(struct line *line) {
    char name[128];
    size_t length = name_of_turn(name, sizeof name - 1);
    if (length == 0) return;
    name[length] = 0;
    add(line, "\n  while it was the turn of ");
    add(line, name);
}

static void report_fault(int signal_number) {
    struct hubbub_situation *situation = current;
    struct line line = {.length = 0};
    add(&line, fault_headline);
    add(&line, "\n  ");
    add(&line, signal_number == SIGABRT ? "it gave up" : signal_number == SIGSEGV || signal_number == SIGBUS
        ? "it reached for memory that is not there" : "a rule that always has to hold did not");
    // Looking for the cause may itself go wrong; then it is told without.
    static int attempts;
    if (attempts++ == 0) add_cause(&line);
    if (situation && attempts++ == 1) add_turn(&line);
    if (situation) {
        add(&line, "\n  seed ");
        add_number(&line, situation->seed, 1);
        add(&line, ", simulated time ");
        add_number(&line, situation->now / 1000000000, 1);
        add(&line, ".");
        add_number(&line, situation->now % 1000000000, 9);
        add(&line, " s, event ");
        add_number(&line, situation->event_number, 1);
    }
    add(&line, "\n  repeat it with: ");
    add(&line, fault_command);
    add(&line, "\n");
    ssize_t ignored = write(2, line.text, line.length);
    (void)ignored;
    _exit(fault_exit_code);
}

void hubbub_expect_faults_of(const char *module) {
    if (design_module_count < sizeof design_modules / sizeof *design_modules)
        design_modules[design_module_count++] = strdup(module);
}

void hubbub_report_faults(
    const char *headline, const char *repeat_command, int exit_code,
    size_t (*turn)(char *name, size_t size)) {
    name_of_turn = turn;
    fault_headline = strdup(headline);
    fault_command = strdup(repeat_command);
    fault_exit_code = exit_code;
    // A stack of its own for the handler: a component that recurses without end has used up the other one.
    static char stack[65536];
    stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternative, NULL);
    struct sigaction action = {.sa_handler = report_fault, .sa_flags = SA_ONSTACK | SA_RESETHAND};
    static const int signals[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
}

void hubbub_prefer_large_pages(void *address, uint64_t bytes) {
    // A piece of a page cannot be advised on: from the first whole page to the last.
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t begin = ((uintptr_t)address + page - 1) & ~(page - 1);
    uintptr_t end = ((uintptr_t)address + bytes) & ~(page - 1);
    if (begin < end) madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}
