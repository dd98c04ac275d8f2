package size

import (
	"math/bits"
	"reflect"
	"sync/atomic"
	"unsafe"

	"github.com/segmentrules/segment"
)

// A Sizer finds how much memory things take that lead to each other by pointers,
// each counted once. It goes step by step, so that nobody need wait for long.
type Sizer struct {
	todo []reflect.Value
	seen map[unsafe.Pointer]bool
	skip map[reflect.Type]bool // pointers to what is counted elsewhere
	lead map[reflect.Type]bool // which types lead on
	n    int64
}

// NewSizer returns a sizer that has nothing to do yet. About so many things are going
// to be seen; pointers of the types in skip lead to what is counted elsewhere.
func NewSizer(things int, skip ...reflect.Type) *Sizer {
	s := &Sizer{seen: make(map[unsafe.Pointer]bool, things), skip: make(map[reflect.Type]bool), lead: make(map[reflect.Type]bool)}
	for _, t := range skip {
		s.skip[t] = true
	}
	return s
}

// Count has the sizer count what the variable that p points to leads to.
func (s *Sizer) Count(p any) { s.add(reflect.ValueOf(p).Elem()) }

// Bytes is how much was found so far.
func (s *Sizer) Bytes() int64 { return s.n }

// Steps takes so many steps, and reports whether there are more to take.
func (s *Sizer) Steps(n int) bool {
	for ; n > 0 && len(s.todo) > 0; n-- {
		last := len(s.todo) - 1
		v := s.todo[last]
		s.todo = s.todo[:last]
		s.step(v)
	}
	return len(s.todo) > 0
}

// step counts what a value leads to, not the value itself.
func (s *Sizer) step(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		s.text(v.String())
	case reflect.Pointer:
		s.pointer(v)
	case reflect.Interface:
		s.boxed(v)
	case reflect.Slice:
		if v.Cap() == 0 || !s.first(v.UnsafePointer()) {
			return
		}
		// the room of a slice counts, and not only what it holds
		s.n += InClass(int64(v.Cap()) * int64(v.Type().Elem().Size()))
		s.elements(v)
	case reflect.Array:
		s.elements(v)
	case reflect.Map:
		s.entries(v)
	case reflect.Struct:
		s.fields(v)
	}
}

// first reports whether a place in memory is seen for the first time.
func (s *Sizer) first(p unsafe.Pointer) bool {
	if p == nil || s.seen[p] {
		return false
	}
	s.seen[p] = true
	return true
}

// text counts a text.
func (s *Sizer) text(text string) {
	if len(text) > 0 && s.first(unsafe.Pointer(unsafe.StringData(text))) {
		s.n += TextBytes(text)
	}
}

// pointer counts what a pointer leads to.
func (s *Sizer) pointer(v reflect.Value) {
	if !s.skip[v.Type()] && s.first(v.UnsafePointer()) {
		s.n += InClass(int64(v.Type().Elem().Size()))
		// what it points to is counted by size here, and what that leads to later
		s.add(v.Elem())
	}
}

// boxed counts what an interface holds.
func (s *Sizer) boxed(v reflect.Value) {
	if v.IsNil() {
		return
	}
	e := v.Elem()
	size := int64(e.Type().Size())
	// a pointer lies in the interface itself; what is boxed has memory of its own
	if e.Kind() == reflect.Pointer || e.Kind() == reflect.Map || size == 8 && s.leads(e.Type()) || !v.CanAddr() {
		s.add(e)
		return
	}
	at := (*[2]unsafe.Pointer)(v.Addr().UnsafePointer())[1] // an interface is a type and a pointer
	if s.first(at) {
		s.n += InClass(size)
		s.add(reflect.NewAt(e.Type(), at).Elem())
	}
}

// value counts what a value leads to, which it does not say by its fields.
func (s *Sizer) value(v segment.Value) {
	switch v.Kind() {
	case segment.KindText:
		s.text(v.Text())
	case segment.KindList:
		if vs := v.List(); len(vs) > 0 && s.first(unsafe.Pointer(&vs[0])) {
			s.n += InClass(int64(cap(vs)) * int64(unsafe.Sizeof(v)))
			for _, e := range vs {
				s.value(e)
			}
		}
	}
}

// elements goes on with the elements of a slice or an array.
func (s *Sizer) elements(v reflect.Value) {
	if s.leads(v.Type().Elem()) {
		for i := range v.Len() {
			s.add(v.Index(i))
		}
	}
}

// entries counts a map, and goes on with its keys and values.
func (s *Sizer) entries(v reflect.Value) {
	if !s.first(v.UnsafePointer()) {
		return
	}
	t := v.Type()
	s.n += MapBytes(v.Len(), int64(t.Key().Size()+t.Elem().Size()))
	key, elem := s.leads(t.Key()), s.leads(t.Elem())
	if !key && !elem {
		return
	}
	// keys and values are looked at only if they lead on
	for it := v.MapRange(); it.Next(); {
		if key {
			s.add(it.Key())
		}
		if elem {
			s.add(it.Value())
		}
	}
}

// fields adds those of a struct. A pointer that others may set meanwhile is one of
// package atomic: it is read as they write it.
func (s *Sizer) fields(v reflect.Value) {
	t := v.Type()
	if t == reflect.TypeFor[segment.Value]() {
		if v.CanAddr() {
			s.value(*(*segment.Value)(v.Addr().UnsafePointer()))
		}
		return
	}
	// an atomic.Pointer: its first field says what it points to
	if t.PkgPath() == "sync/atomic" && t.NumField() > 0 && t.Field(0).Type.Kind() == reflect.Array && v.CanAddr() {
		to := t.Field(0).Type.Elem().Elem()
		if p := atomic.LoadPointer((*unsafe.Pointer)(v.Addr().UnsafePointer())); p != nil {
			s.pointer(reflect.NewAt(to, p))
		}
		return
	}
	for i := range v.NumField() {
		s.add(v.Field(i))
	}
}

// add puts a value on the list of what is still to be looked at.
func (s *Sizer) add(v reflect.Value) {
	if s.leads(v.Type()) {
		s.todo = append(s.todo, v)
	}
}

// leads is the function of that name, kept by type.
func (s *Sizer) leads(t reflect.Type) bool {
	lead, ok := s.lead[t]
	if !ok {
		lead = leads(t)
		s.lead[t] = lead
	}
	return lead
}

// leads reports whether a value of the type may lead to others. What package sync
// holds is scratch memory, which comes and goes.
func leads(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		return true
	case reflect.Array:
		return t.Len() > 0 && leads(t.Elem())
	case reflect.Struct:
		if t == reflect.TypeFor[segment.Value]() {
			return true
		}
		if t.PkgPath() == "sync" {
			return false
		}
		for i := range t.NumField() {
			if k := t.Field(i).Type; leads(k) || t.PkgPath() == "sync/atomic" && k.Kind() == reflect.UnsafePointer {
				return true
			}
		}
	}
	return false
}

// InClass is what an allocation of n bytes takes: classes lie some eighth apart.
func InClass(n int64) int64 {
	if n <= 32 {
		return (n + 7) &^ 7
	}
	// eight classes from one power of two to the next, 16 bytes apart at least
	step := int64(1) << max(4, bits.Len64(uint64(n-1))-4)
	return (n + step - 1) / step * step
}

// TextBytes is what the text of an id takes; short ones share 16 bytes.
func TextBytes(id string) int64 {
	n := int64(len(id))
	if n >= 16 {
		return InClass(n)
	}
	for _, align := range [...]int64{8, 4, 2} {
		if n%align == 0 {
			return n
		}
	}
	return n
}

// MapBytes is what a map takes: eight slots together with a byte each, up to seven
// eighths of them taken; many are in tables that double.
func MapBytes(n int, entry int64) int64 {
	const head = 48
	switch {
	case n == 0:
		return head
	case n <= 8:
		return head + InClass(8+8*entry)
	case n <= 896:
		// one table, of a power of two of slots
		slots := int64(1) << bits.Len64(uint64(n*8/7))
		return head + InClass(slots*(entry+1)) + 64
	}
	tables := int64(1) << bits.Len64(uint64(n*8/7)>>10) // of 1024 slots
	return head + tables*(InClass(1024*(entry+1))+40)
}

// Flag is 1 for true and 0 for false.
func Flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
