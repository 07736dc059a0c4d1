"""Compiled inner loops of the QRS detector; the method is told in `detection.py`."""

import math

import numpy as np
from numba import njit

P0 = np.array([0.30, 0.5, 0.8, 0.6, 1.5, 0.3, 1.0, 0.4, 0.35, 0.6])


@njit(cache=True, fastmath=True)
def boxm(y,w,out):
    n=len(y); h=w//2; s=0.0
    for i in range(-h,w-h): s+=y[min(max(i,0),n-1)]
    inv=1.0/w
    for i in range(n):
        out[i]=s*inv
        s+=y[min(i+w-h,n-1)]-y[max(i-h,0)]
@njit(cache=True, fastmath=True)
def feature(x,M,fi):
    n=len(x)//M
    y=np.empty(n)
    for i in range(n):
        s=0.0
        for j in range(M): s+=x[i*M+j]
        y[i]=s/M
    w=max(1,int(round(0.02*fi))); wl=max(3,int(round(0.08*fi))); k=max(1,int(round(0.014*fi))); W=max(3,int(round(0.09*fi)))
    z=np.empty(n); zl=np.empty(n); boxm(y,w,z); boxm(y,wl,zl)
    g=z-zl
    d=np.zeros(n)
    for i in range(k,n-k): d[i]=(g[i+k]-g[i-k])
    e=d*d
    f=np.empty(n); boxm(e,W,f)
    for i in range(n): f[i]=math.sqrt(max(f[i],0.0))
    return z,g,f
@njit(cache=True)
def peaks(f,r):
    n=len(f); out=np.empty(n//2+2,np.int64); k=0
    for i in range(n):
        if (i==0 or f[i]>=f[i-1]) and (i==n-1 or f[i]>f[i+1]):
            ok=True
            for j in range(max(0,i-r),min(n,i+r+1)):
                if f[j]>f[i] or (f[j]==f[i] and j<i): ok=False; break
            if ok: out[k]=i; k+=1
    return out[:k]
@njit(cache=True)
def decide(f,g,pk,fi,P):
    n=len(f); m=len(pk)
    step=int(0.5*fi); L=int(1.5*fi); nb=max(1,(n-L)//step+1)
    bm=np.empty(nb); bn=np.empty(nb)
    for b in range(nb):
        s=b*step; e=min(n,s+L); mx=0.0
        for j in range(s,e):
            if f[j]>mx: mx=f[j]
        bm[b]=mx
        bn[b]=np.median(f[s:e:3])
    out=np.empty(m,np.int64); k=0
    last=-10**9; lasta=0.0; rr=0.8*fi; Lc=0.0
    blk=int(1.0*fi); look=int(3.0*fi)
    score=np.empty(256); prev=np.empty(256,np.int64); 
    i0=0; t0=0
    H=int(0.06*fi); TL=2*H+1
    NT=4
    tmpl=np.zeros((NT,TL)); tn=np.zeros(NT,np.int64); tused=np.zeros(NT)
    cs=np.empty(256); cur=np.empty(TL)
    nc_tot=0
    while t0<n:
        t1=t0+blk
        tend=min(n,t1+look)
        # level
        c0=max(0,(t0-int(5*fi))//step); c1=min(nb,(t1+look-L)//step+1)
        if c1<=c0: c0=max(0,nb-8); c1=nb
        if c1-c0<6: c1=min(nb,c0+6)
        q=np.sort(bm[c0:c1]); S=q[int(len(q)*P[7])]
        qn=np.sort(bn[c0:c1]); Nz=qn[len(qn)//2]
        if Lc>0:
            gap=max(0.0,(t0-last)/fi-3.0)
            S=max(S,Lc*P[8]*0.5**(gap/4.0))
        # candidates from i0 (first with pos>last) up to tend
        while i0<m and pk[i0]<=last+int(.12*fi): i0+=1
        i1=i0
        while i1<m and pk[i1]<tend and i1-i0<255: i1+=1
        nc=i1-i0
        # virtual start node = last
        best=0.0; bi=-1
        for a in range(nc):
            p=pk[i0+a]; A=f[p]
            # local noise: median bn of near blocks
            b=min(nb-1,max(0,(p-L//2)//step)); nz=bn[b]
            th=P[0]*S+P[1]*nz
            r=math.log(A/th+1e-9)
            sc=max(-2.0,min(P[2],r))
            # template similarity
            if nc_tot>6 and p-H-4>=0 and p+H+5<n:
                mxc=-1.0
                for t in range(NT):
                    if tn[t]<3: continue
                    for sh in range(-3,4):
                        sxy=0.0; sxx=1e-9; syy=1e-9
                        for u in range(TL):
                            v=g[p-H+u+sh]; sxy+=v*tmpl[t,u]; sxx+=v*v; syy+=tmpl[t,u]*tmpl[t,u]
                        cc=sxy/math.sqrt(sxx*syy)
                        if cc>mxc: mxc=cc
                sc+=P[9]*(mxc-0.75)
            cs[a]=sc
            # transition
            bs=-1e9; bp=-1
            for c in range(-1,a):
                if c==-1:
                    if k==0: base=0.0; dt=-1; pa=A
                    else: base=0.0; dt=p-last; pa=lasta
                else:
                    base=score[c]; dt=p-pk[i0+c]; pa=f[pk[i0+c]]
                v=base
                if dt>=0:
                    if dt<0.2*fi: continue
                    if dt<0.36*fi and A<pa*0.75:
                        v-=P[6]*math.log(0.75*pa/A)*2
                    x=dt/rr
                    if x>P[4]: v-=P[3]*min(3.0,(x-P[4])*2)
                    v-=P[5]*min(1.0,abs(math.log(x)))
                else:
                    x=p/rr
                    if x>P[4]: v-=P[3]*min(3.0,(x-P[4])*2)
                if v>bs: bs=v; bp=c
            score[a]=bs+sc if bs>-1e8 else -1e9; prev[a]=bp
        # end: choose best terminal with end gap penalty
        bs=-1e9; bp=-1
        for c in range(-1,nc):
            if c==-1:
                v=0.0; dt=tend-last if k>0 else tend
            else:
                v=score[c]; dt=tend-pk[i0+c]
            x=dt/rr
            if x>P[4]: v-=P[3]*min(3.0,(x-P[4])*2)
            if v>bs: bs=v; bp=c
        # traceback
        nb2=0
        while bp>=0:
            prev_bp=prev[bp]; cs[nb2]=i0+bp; nb2+=1; bp=prev_bp
        for u in range(nb2-1,-1,-1):
            i=int(cs[u]); p=pk[i]
            if p>=t1 and tend<n: break
            if k>0:
                dt=p-last
                if dt<2*fi: rr+=0.15*(max(0.6*rr,min(1.6*rr,dt))-rr)
            out[k]=p; k+=1; last=p; lasta=f[p]
            Lc=lasta if Lc==0 else Lc+0.15*(min(lasta,2*Lc)-Lc)
            # templates
            if p-H-4>=0 and p+H+5<n:
                nc_tot+=1
                bt=-1; bc=-1.0; bsh=0
                for t in range(NT):
                    if tn[t]==0: continue
                    for sh in range(-3,4):
                        sxy=0.0; sxx=1e-9; syy=1e-9
                        for w in range(TL):
                            v=g[p-H+w+sh]; sxy+=v*tmpl[t,w]; sxx+=v*v; syy+=tmpl[t,w]*tmpl[t,w]
                        cc=sxy/math.sqrt(sxx*syy)
                        if cc>bc: bc=cc; bt=t; bsh=sh
                if bc<0.8:
                    # replace least used
                    bt=0
                    for t in range(NT):
                        if tused[t]<tused[bt]: bt=t
                    for w in range(TL): tmpl[bt,w]=g[p-H+w]
                    tn[bt]=1; tused[bt]=1.0
                else:
                    al=max(0.1,1.0/(tn[bt]+1))
                    for w in range(TL): tmpl[bt,w]+=al*(g[p-H+w+bsh]-tmpl[bt,w])
                    tn[bt]+=1
                for t in range(NT): tused[t]*=0.97
                tused[bt]+=1
        t0=t1
        if tend>=n: break
    return out[:k]
@njit(cache=True)
def refine(z,qrs,fi,M):
    out=np.empty(len(qrs),np.int64); n=len(z); h=int(0.08*fi); w=int(0.25*fi)
    for i in range(len(qrs)):
        p=qrs[i]; a=max(0,p-w); b=min(n,p+w)
        base=np.median(z[a:b])
        best=p; bv=-1.0
        for j in range(max(0,p-h),min(n,p+h)):
            v=abs(z[j]-base)
            if v>bv: bv=v; best=j
        out[i]=best*M+M//2
    return out
