# SPDX-License-Identifier: MIT
#
# Build one configuration into build/CONFIG. Called by the Makefile and tests/run; depends on nothing but its arguments.
#
#   CONFIG=release   gcc -O2
#   CONFIG=gcc       gcc -O1 with address and undefined-behaviour sanitizers
#   CONFIG=clang     the same with clang
#
# All hosted ports use the same objects: build/CONFIG/drivers/NAME.o is the driver that runs in sim and in qemu.

CONFIG ?= release
PYTHON := /usr/bin/python3
B := build/$(CONFIG)
GEN := build/gen

WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
ifeq ($(CONFIG),release)
CC := gcc
CFLAGS := -O2 -g
else ifeq ($(CONFIG),gcc)
CC := gcc
CFLAGS := -O1 -g1 $(SANITIZE) -DDDDK_DEBUG
LDFLAGS := $(SANITIZE)
else ifeq ($(CONFIG),clang)
CC := clang
CFLAGS := -O1 -g1 $(SANITIZE) -DDDDK_DEBUG
LDFLAGS := $(SANITIZE)
else
$(error CONFIG is release, gcc or clang)
endif
CFLAGS += -std=gnu11 $(WARNINGS) -MMD -MP
CPPFLAGS := -I. -Iruntime/port/hosted -D_GNU_SOURCE

DRIVERS := $(patsubst drivers/%/,%,$(dir $(wildcard drivers/*/*.yaml)))
GENERATED_INCLUDES := $(addprefix -I$(GEN)/,$(DRIVERS))

LIB_SOURCES := $(wildcard runtime/*.c kernel/*.c runtime/port/hosted/*.c runtime/port/sim/*.c runtime/port/qemu/*.c)
LIB := $(B)/libdddk-hosted.a
DRIVER_OBJECTS := $(DRIVERS:%=$(B)/drivers/%.o)
MODEL_OBJECTS := $(DRIVERS:%=$(B)/models/%.o)
# Driver objects stand in front of the archive: everything a program links is named, nothing is found by accident.
DRIVER_LIB := $(B)/libdddk-drivers.a

TEST_SOURCES := $(wildcard tests/*/test_*.c drivers/*/tests/test_*.c)
TESTS := $(TEST_SOURCES:%.c=$(B)/%)
GENERATED_TESTS := $(DRIVERS:%=$(B)/generated/%_test)
DEMO_SOURCES := $(wildcard demo/*.c)

BENCHES := $(patsubst tests/bench/%.c,$(B)/bench/%,$(filter-out tests/bench/packets.c,$(wildcard tests/bench/*.c)))

.PHONY: all generate lib drivers tests demo bench
.SECONDARY:
.DELETE_ON_ERROR:

all: lib drivers tests demo
lib: $(LIB)
drivers: $(DRIVER_OBJECTS) $(MODEL_OBJECTS)
tests: $(TESTS) $(GENERATED_TESTS)
demo: $(B)/dddk-demo
bench: $(BENCHES)

# ---- generated code: one run of the generator for all drivers; files that did not change keep their time stamps ----

generate: $(GEN)/.generated
GENERATOR_SOURCES := $(shell find generator -name '*.py' -o -name '*.j2' -o -name dddk -type f)
$(GEN)/.generated: $(wildcard drivers/*/*.yaml) $(GENERATOR_SOURCES)
	@mkdir -p $(GEN)
	$(PYTHON) generator/dddk gen $(wildcard drivers/*/*.yaml) -o $(GEN)
	@touch $@

GENERATED_SOURCES := $(foreach d,$(DRIVERS),$(GEN)/$(d)/$(d).dddk.c $(GEN)/$(d)/$(d).model.c $(GEN)/$(d)/$(d)_test.c)
$(GENERATED_SOURCES): $(GEN)/.generated ;

# ---- objects ----

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(GENERATED_INCLUDES) $(CFLAGS) -c $< -o $@

$(B)/gen/%.o: $(GEN)/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(GENERATED_INCLUDES) $(CFLAGS) -c $< -o $@

$(patsubst %.c,$(B)/%.o,$(sort $(wildcard drivers/*/*.c tests/*/*.c) $(TEST_SOURCES) $(DEMO_SOURCES))): | $(GEN)/.generated

$(LIB): $(LIB_SOURCES:%.c=$(B)/%.o)
	@rm -f $@
	ar rcs $@ $^

define driver_rules
$(B)/drivers/$(1).o: $(B)/drivers/$(1)/$(1).o $(B)/gen/$(1)/$(1).dddk.o
	ld -r -o $$@ $$^
$(B)/models/$(1).o: $(B)/gen/$(1)/$(1).model.o $$(patsubst %.c,$(B)/%.o,$$(wildcard drivers/$(1)/$(1)_model.c))
	@mkdir -p $$(@D)
	ld -r -o $$@ $$^
$(B)/generated/$(1)_test: $(B)/gen/$(1)/$(1)_test.o $(DRIVER_LIB) $(LIB)
	@mkdir -p $$(@D)
	$$(CC) $$(LDFLAGS) $$^ -lcmocka -o $$@
endef
$(foreach d,$(DRIVERS),$(eval $(call driver_rules,$(d))))

$(DRIVER_LIB): $(DRIVER_OBJECTS) $(MODEL_OBJECTS)
	@rm -f $@
	@mkdir -p $(B)/flat && cp $(DRIVER_OBJECTS) $(B)/flat/ && for m in $(DRIVERS); do cp $(B)/models/$$m.o $(B)/flat/$$m.model.o; done
	ar rcs $@ $(DRIVERS:%=$(B)/flat/%.o) $(DRIVERS:%=$(B)/flat/%.model.o)

# ---- programs ----

# What the tests of a folder share is in its other .c files.
TEST_AREAS := $(sort $(dir $(TEST_SOURCES)))
define area_rules
$(patsubst %.c,$(B)/%,$(wildcard $(1)test_*.c)): $(B)/%: $(B)/%.o \
    $(patsubst %.c,$(B)/%.o,$(filter-out $(1)test_%,$(wildcard $(1)*.c))) $(DRIVER_LIB) $(LIB)
	$$(CC) $$(LDFLAGS) $$^ -lcmocka -o $$@
endef
$(foreach a,$(TEST_AREAS),$(eval $(call area_rules,$(a))))

$(B)/dddk-demo: $(DEMO_SOURCES:%.c=$(B)/%.o) $(DRIVER_LIB) $(LIB)
	$(CC) $(LDFLAGS) $^ -o $@

$(BENCHES): $(B)/bench/%: $(B)/tests/bench/%.o $(DRIVER_LIB) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ -o $@

-include $(shell find $(B) -name '*.d' 2>/dev/null)
